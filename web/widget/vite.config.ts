import { emojiNames } from "../emojinames";
import preact from "./preact";
import { defineConfig } from "vite";

const here = import.meta.dirname;

export default defineConfig({
  root: here,
  base: "/widget/",
  publicDir: false,
  oxc: preact,
  plugins: [emojiNames()],
  build: {
    outDir: here + "/../../harken/static/widget",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    cssCodeSplit: false,
    rolldownOptions: {
      input: { loader: here + "/loader.ts", frame: here + "/frame.html" },
      output: {
        entryFileNames: (chunk) => (chunk.name === "loader" ? "loader.js" : "assets/[name]-[hash].js"),
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
});
