// Fills the compile cache of a new checkout, so that even the first server starts fast and without the type stripper.

import { globSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const root = join(import.meta.dirname, "..");
enableCompileCache(join(root, ".cache", "compiled"));
const { commands } = await import("../src/cli/commands/commands.gen.ts");
const { fronts } = await import("../src/fronts/fronts.gen.ts");
const { images } = await import("../src/images/images.gen.ts");
const { services } = await import("../src/services/services.gen.ts");
const { reconcilers } = await import("../src/services/reconcilers.gen.ts");
await import("../src/cli/command-line.ts");
await import("../src/server/app.ts");
await import("../src/server/workers/run-worker.ts");
await Promise.all(commands.map(({ load }) => load()));
await Promise.all(images.map((load) => load()));
await Promise.all(reconcilers.map(({ load }) => load()));
await Promise.all(fronts.map((load) => load()));
await Promise.all(Object.values(services).flatMap((operations) => Object.values(operations).map((load) => load())));

// What runs inside jobs cannot write to the cache from there. The libraries are loaded; the programs would run, so they
// are compiled with all that they import, and a module before them ends the loading.
await import("../src/runtimes/object-client.ts");
await import("../src/runtimes/unpack.ts");
const programs = ["src/runtimes/**/*.ts", "src/executors/process/*.ts"].flatMap((pattern) =>
  globSync(pattern, { cwd: root, exclude: ["**/*.test.ts", "**/*.fixture.ts"] }),
);
const end = "data:text/javascript,throw new Error('compiled')";
const imports = [end, ...programs.map((path) => pathToFileURL(join(root, path)).href)];
const source = imports.map((url) => `import ${JSON.stringify(url)};`).join("\n");
await import(`data:text/javascript,${encodeURIComponent(source)}`).catch((error) => {
  if (error.message !== "compiled") throw error;
});
