/** A mail's HTML as the document of its sandboxed frame. The server has sanitised it; the policy here is the second lock. Pure. */

const REMOTE = /(?:src|background|srcset)\s*=\s*["']?\s*(?:https?:)?\/\/|url\(\s*["']?(?:https?:)?\/\/|data-remote-src\s*=/i;

export const hasRemoteImages = (html: string): boolean => REMOTE.test(html);

/** Inline pictures: `cid:` addresses become those of the stored files. */
export function withInlineFiles(html: string, files: readonly { id: string; details?: Record<string, unknown> }[]): string {
  return html.replaceAll(/\ssrc="cid:([^"]*)"/gi, (whole, cid: string) => {
    const file = files.find(({ details }) => details?.content_id === cid);
    return file ? ` src="/files/${file.id}"` : whole;
  });
}

const COLOURS = /\b(?:bg)?color\s*[:=]|\bbackground(?:-image)?\s*[:=]|<style/i;

/** Whether it says itself how it wants to look; if not, it can be dark. */
export const hasOwnColours = (html: string): boolean => COLOURS.test(html);

/** `origin`: where our own files lie (inline pictures of the mail). Scripts never run: the policy and the sandbox both say so. */
export function mailDocument(html: string, { remote, coloured, origin }: { remote: boolean; coloured: boolean; origin: string }): string {
  const pictures = `${origin}/files/ data:${remote ? " https: http:" : ""}`;
  const policy = `default-src 'none'; img-src ${pictures}; style-src 'unsafe-inline'; font-src 'none'; form-action 'none'; base-uri 'none'`;
  const shown = remote ? html.replaceAll(/\sdata-remote-src=/gi, " src=") : html;
  return `<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="referrer" content="no-referrer">
<base target="_blank"><style>
:root { color-scheme: ${coloured ? "light" : "light dark"}; }
html, body { margin: 0; background: transparent; }
body { font: 14px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; padding: 2px 0; overflow-y: hidden; }
body > :first-child { margin-top: 0; } body > :last-child { margin-bottom: 0; }
img { max-width: 100%; height: auto; } table { max-width: 100%; } blockquote { margin: 0 0 0 8px; padding-left: 8px; border-left: 2px solid #9995; }
</style></head><body>${shown}</body></html>`;
}
