// Fills the compile cache of a new checkout, so that even the first server starts fast and without the type stripper.

import { enableCompileCache } from "node:module";
import { join } from "node:path";

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

// What runs inside jobs cannot write to the cache from there.
const { compilePrograms } = await import("../src/server/process/compile-programs.ts");
await compilePrograms(root);
