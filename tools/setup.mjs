// Installs what is missing, then runs a command of the project with the Node that npm installed. This file is plain
// JavaScript for Node 20: everything it starts is given that Node by its full path.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { handOver, installedNode } from "../bin/installed-node.mjs";
import { runNpm } from "./npm.mjs";
import { isStudioBuilt } from "./studio-stamp.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What each command runs, and what it is for. */
const commands = {
  quickstart: {
    program: "examples/quickstart.ts",
    words: "the main job on a real data set, from a CSV to predictions",
  },
  test: { program: "tools/test.ts", words: "everything; with a PATH the tests of that file or folder" },
  "test:systems": {
    program: "tools/test-systems.ts",
    words: "clients in other languages, a browser; with NAMES those",
  },
  "test:all": { program: "tools/test-all.ts", words: "both of these, as CI does" },
  check: { program: "tools/check.ts", words: "format, types, layers and unit tests, in about two minutes" },
  gen: { program: "tools/gen.ts", words: "writes the generated files anew" },
  build: { program: "tools/build.ts", words: "what ships, as JavaScript in dist/" },
  soak: { program: "soak/soak.ts", words: "long proofs at their full size; with NAME[=SIZE] that one" },
  bench: { program: "bench/bench.ts", words: "benchmarks beside other servers" },
};

const [name, ...rest] = process.argv.slice(2);
const command = Object.hasOwn(commands, name ?? "") ? commands[name] : undefined;
if (command === undefined) {
  const lines = Object.entries(commands).map(([key, { words }]) => `  ${key.padEnd(14)}${words}`);
  console.error(`${name ?? "Nothing"} is no command of this project. There are:\n${lines.join("\n")}`);
  process.exit(2);
}
await install();
// What only reads or writes sources has no page to show.
if (name !== "check" && name !== "gen") buildStudio();
handOver(installedNode(), [join(root, command.program), ...rest]);

/** Brings node_modules to what package.json and the lock file say; does nothing when they have not changed since. */
async function install() {
  const stamp = join(root, "node_modules", ".sagebrush-installed");
  const lockFile = join(root, "package-lock.json");
  const lock = readFileSync(lockFile);
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package.json")))
    .update(lock)
    .digest("hex");
  const done = existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
  if (done && installedNode() !== undefined) return;
  console.log("Installing the project's packages with npm (once, under a minute) ...");
  await npm("install");
  // npm 10 leaves out a native package of this platform when the lock file was written on another one.
  if (installedNode() === undefined) await npm("install", "--no-package-lock");
  // npm notes in the lock file what it finds on this platform; a set-up clone shows no change.
  writeFileSync(lockFile, lock);
  if (installedNode() === undefined) {
    console.error(
      `npm installed no Node for ${process.platform} ${process.arch}. Install Node 24 and run this with it.`,
    );
    process.exit(1);
  }
  const compiled = spawnSync(installedNode(), [join(root, "tools", "compile.mjs")], { encoding: "utf8" });
  if (compiled.status !== 0) console.error(`The sources could not be compiled ahead of time:\n${compiled.stderr}`);
  writeFileSync(stamp, wanted);
}

/** Builds the web app when its sources have changed since it was built. Ends the process when that fails. */
function buildStudio() {
  if (isStudioBuilt(root)) return;
  console.log("Building Studio ...");
  const { status } = spawnSync(installedNode(), [join(root, "tools", "studio.ts")], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

/** Ends the process when npm fails. A registry that refuses is not asked for minutes. */
async function npm(...words) {
  const script = process.env.npm_execpath;
  const command = script?.endsWith(".js") ? [process.execPath, script] : ["npm"];
  const patience = ["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"];
  const { code, output } = await runNpm([...command, ...words, "--loglevel=error", ...patience], { root });
  if (code === 0) return;
  console.error(
    code > 128
      ? "\nThe installation was interrupted. The same command goes on with it."
      : `npm ${words.join(" ")} failed:\n${output}`,
  );
  process.exit(code > 128 ? code : 1);
}
