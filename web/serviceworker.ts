/** Builds app/src/worker/sw.ts to /sw.js after the app, with the names of the app's files in it. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "vite";

/** Loaded when it is asked for: big, or seldom needed. The worker keeps it from then on. */
const LATER = /emoji|\.map$|-(cyrillic|greek|vietnamese|latin-ext)/;
const ALWAYS = ["/icon.svg", "/manifest.webmanifest"];

export function serviceWorker(): Plugin {
  let root = "";
  return {
    name: "service-worker",
    apply: "build",
    configResolved: (config) => void (root = config.root),
    async writeBundle({ dir }, bundle) {
      if (!dir || !("index.html" in bundle)) return;
      const names = Object.keys(bundle).filter((name) => name.startsWith("assets/") && !LATER.test(name)).sort();
      const shell = ["/index.html", ...ALWAYS, ...names.map((name) => `/${name}`)];
      const content = createHash("sha256").update(shell.join()).update(readFileSync(join(dir, "index.html")));
      await build({
        configFile: false,
        root,
        logLevel: "warn",
        publicDir: false,
        define: { SHELL: JSON.stringify(shell), VERSION: JSON.stringify(content.digest("hex").slice(0, 16)) },
        build: {
          outDir: dir,
          emptyOutDir: false,
          target: "es2023",
          modulePreload: false,
          rollupOptions: { input: join(root, "src/worker/sw.ts"), output: { entryFileNames: "sw.js", format: "iife" } },
        },
      });
    },
  };
}
