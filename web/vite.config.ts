import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

// Everything lands in the Python package under hashed names; `manifest.json` tells the `{% asset %}` tag which.
export default defineConfig({
  base: "./",
  plugins: [tailwindcss()],
  publicDir: "public",
  worker: { format: "es" },
  build: {
    outDir: "../src/linli/platform/static/linli",
    emptyOutDir: false, // a running server keeps its files; build/sweep.mjs removes old ones after a day
    manifest: "manifest.json",
    target: "es2022",
    assetsDir: "a",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1600,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        "app.css": "src/styles/app.css",
        "fonts.css": "fonts/fonts.css",
        app: "src/app.ts",
        "page-worker": "src/page-worker.ts",
      },
    },
  },
});
