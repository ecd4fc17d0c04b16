/**
 * `npm run bench [NAME ...]`: each benchmark runs Sagebrush and a peer in turn on the same work, checks that their
 * answers agree and prints the ratio. Nothing here fails because a machine is slow; it fails when answers differ.
 */
const benchmarks: Readonly<Record<string, () => Promise<{ run(): Promise<void> }>>> = {
  "control-plane": () => import("./control-plane.ts"),
  invocation: () => import("./invocation.ts"),
  "resource-lists": () => import("./resource-lists.ts"),
  "start-up": () => import("./start-up.ts"),
};

const names = process.argv.slice(2);
const unknown = names.find((name) => !Object.hasOwn(benchmarks, name));
if (unknown !== undefined) {
  console.error(`There is no benchmark "${unknown}". There are: ${Object.keys(benchmarks).join(", ")}.`);
  process.exit(2);
}
for (const name of names.length > 0 ? names : Object.keys(benchmarks)) {
  console.log(`\n== ${name} ==`);
  await (await benchmarks[name]!()).run();
}
