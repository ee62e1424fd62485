/** What can wait until the next picture is on screen: the work of a press is what one sees of it, the rest comes a moment later. */

/** A tab that is not shown draws no frames, and one that is covered may draw none for long; a busy machine only draws them late. */
const LATEST_MS = 1_000;

/** Runs `job` once the next frame is painted, in a task of its own. Returns what calls it off. */
export function afterPaint(job: () => void): () => void {
  let task: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    clearTimeout(task);
    task = setTimeout(job);
  });
  task = setTimeout(() => {
    cancelAnimationFrame(frame);
    job();
  }, document.hidden ? 0 : LATEST_MS);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(task);
  };
}
