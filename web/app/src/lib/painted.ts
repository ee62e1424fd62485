/** What can wait until the next picture is on screen: the work of a press is what one sees of it, the rest comes a moment later. */

const HIDDEN_MS = 100; // a tab that is not shown draws no frames

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
  }, HIDDEN_MS);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(task);
  };
}
