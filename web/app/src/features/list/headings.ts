/** Headings between the rows of a list: those of Automated that may need a person, and the others. Pure. */

/** Of a heading, in pixels. */
export const HEADING = 34;

/** `at`: the place of the first row below it. */
export interface Heading {
  readonly at: number;
  readonly title: string;
  readonly count: number;
}

/** By which a heading is found that describes a row. */
export const headingId = (heading: Heading): string => `heading-${heading.at === 0 ? "first" : "next"}`;

/** Of the heading that a row is the first below: readers of the list hear there that a group begins. */
export function groupOf(at: number, headings: readonly Heading[]): string | undefined {
  const heading = headings.find((each) => each.at === at);
  return heading && headingId(heading);
}

/** Where a row begins. */
export function topOf(at: number, height: number, headings: readonly Heading[]): number {
  let above = 0;
  for (const heading of headings) if (heading.at <= at) above += 1;
  return at * height + above * HEADING;
}

/** How many of a list that begins with those that need somebody do. */
export function needing(ids: readonly string[], needs: (id: string) => boolean): number {
  let [from, to] = [0, ids.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (needs(ids[middle]!)) from = middle + 1;
    else to = middle;
  }
  return from;
}
