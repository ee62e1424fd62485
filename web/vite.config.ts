import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { emojiNames } from "./emojinames";
import { icons } from "./icons";
import { serviceWorker } from "./serviceworker";

const server = process.env.HARKEN_DEV_SERVER ?? "http://127.0.0.1:8000";

export default defineConfig({
  root: import.meta.dirname + "/app",
  base: "/",
  plugins: [icons(), svelte({ configFile: false }), emojiNames(), serviceWorker()],
  build: {
    outDir: import.meta.dirname + "/../harken/static/app",
    emptyOutDir: true,
    target: "es2023",
    cssTarget: ["chrome123", "firefox121", "safari17.5"], // light-dark() as it stands: a theme is one attribute, also on a part of the page
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // the picker's data is called by what it is: the service worker does not fetch it beforehand
        assetFileNames: (asset) => (asset.originalFileNames.some((name) => name.includes("emoji-picker-element-data")) ? "assets/emoji-[name]-[hash][extname]" : "assets/[name]-[hash][extname]"),
        chunkFileNames: (chunk) => (chunk.moduleIds.some((id) => id.includes("emoji-picker-element")) ? "assets/emoji-[name]-[hash].js" : "assets/[name]-[hash].js"),
      },
    },
  },
  server: {
    proxy: {
      "/api": { target: server, ws: true },
      "/auth": server,
      "/files": server,
      "/in/": server,
      "/widget": server,
    },
  },
  test: {
    root: import.meta.dirname,
    include: ["app/src/**/*.test.ts", "widget/**/*.test.ts"],
  },
});
