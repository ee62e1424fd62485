/** How the frame's .tsx files become JavaScript. */
export default { jsx: { runtime: "automatic", importSource: "preact" } } as const;
