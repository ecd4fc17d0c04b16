import { readSoaks } from "./soak-list.ts";

/** `npm run soak [-- NAME[=SIZE] ...]`: proofs at their full size, or at another. */
const soaks = await readSoaks();
const asked = process.argv.slice(2).map((word) => word.split("=", 2) as [string, string | undefined]);
const wanted = asked.length > 0 ? asked : [...soaks.keys()].map((name) => [name, undefined] as const);

const listed = () => [...soaks].map(([name, { words }]) => `  ${name.padEnd(14)}${words}`).join("\n");
for (const [name, size] of wanted) {
  const soak = soaks.get(name);
  if (soak === undefined || (size !== undefined && !(Number(size) > 0))) {
    const problem = soak === undefined ? `There is no soak "${name}".` : `"${size}" is no size.`;
    console.error(`${problem} There are:\n${listed()}`);
    process.exit(2);
  }
}
for (const [name, given] of wanted) {
  const soak = soaks.get(name)!;
  const size = Number(given ?? soak.sizes.full);
  const began = performance.now();
  try {
    const figures = await soak.run(size);
    console.log(`${name}, ${size} ${soak.unit}: ${figures} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  } catch (error) {
    console.error(`${name}, ${size} ${soak.unit}: ${(error as Error).stack}`);
    process.exitCode = 1;
  }
}
