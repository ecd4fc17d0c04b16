import { basename } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Fonts that stand in a style sheet become files: a browser loads those that a page uses, and a third smaller. */
const fontsAsFiles: Plugin = {
  name: "fonts-as-files",
  generateBundle(_, bundle) {
    for (const sheet of Object.values(bundle)) {
      if (sheet.type !== "asset" || !sheet.fileName.endsWith(".css")) continue;
      sheet.source = String(sheet.source).replaceAll(/data:font\/woff2;[^,]*base64,([\w+/=]+)/g, (_, font: string) => {
        const source = Buffer.from(font, "base64");
        return basename(this.getFileName(this.emitFile({ type: "asset", name: "open-sans.woff2", source })));
      });
    }
  },
};

/**
 * Refuses a build in which files import each other in a circle: what one takes from another as it starts, a class that it
 * extends, would not be there yet.
 */
const noCircles: Plugin = {
  name: "no-circles",
  generateBundle(_, bundle) {
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) this.error(`Files of the build import each other: ${[...path, file].join(" -> ")}`);
      const chunk = bundle[file];
      if (chunk?.type !== "chunk" || done.has(file)) return;
      for (const next of chunk.imports) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of Object.keys(bundle)) visit(file, []);
  },
};

export default defineConfig({
  root: import.meta.dirname,
  base: "/_studio/",
  plugins: [react(), fontsAsFiles, noCircles],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
    // Both themes are one style sheet by light-dark(), which older targets would have in another way.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        chunkFileNames: ({ name }) => `assets/${name.split("~")[0]}-[hash].js`,
        codeSplitting: {
          groups: [
            // What every page starts with is one file, not forty that are asked for six at a time.
            { name: "frame", tags: ["$initial"], priority: 1 },
            // What pages share of packages is cut by who needs it, and small pieces go to the one that is most alike.
            {
              name: "packages",
              test: /node_modules/,
              minShareCount: 2,
              entriesAware: true,
              entriesAwareMergeThreshold: 20_000,
            },
            // Studio's own is apart: packages do not import it, so that merged pieces of both would import each other.
            { name: "shared", test: /studio\/src/, minShareCount: 8 },
          ],
        },
      },
    },
  },
});
