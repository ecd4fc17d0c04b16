import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Environment, pinsFile } from "./environment.ts";
import { EnvironmentFault } from "./environment-fault.ts";
import type { EnvironmentPlan } from "./environment-plan.ts";
import { type InstallerTools, runInstaller } from "./installer.ts";
import { lockNamed } from "./locks.ts";
import { openAccess, secretNames } from "./package-access.ts";
import { type Requirements, readsElsewhere } from "./requirements.ts";
import { systemOverride } from "./system-python.ts";
import { installerEnvironment, readyUv } from "./uv.ts";

interface Asked extends Pick<Requirements, "text"> {
  readonly folder: string;
  readonly file: string;
}

/**
 * Installs requirements into an environment that lies above another one. Returns all packages that are then seen.
 *
 * What is built runs code of its own, which must not see a password of the package index. So where there is one, it is
 * used for what needs no building alone; what does is tried without it.
 */
export async function addRequirements(
  plan: EnvironmentPlan,
  base: Environment,
  asked: Asked,
  path: string,
  tools: InstallerTools,
): Promise<string> {
  const secrets = secretNames(plan.access);
  if (secrets.length === 0) return install(plan, base, asked, path, tools, []);
  const open = { ...plan, access: openAccess(plan.access) };
  if (readsElsewhere(asked.text, secrets)) {
    tools.log(
      `${asked.file} names variables or files by which the password of the package index would leave; it is left out.`,
    );
    return install(open, base, asked, path, tools, []);
  }
  try {
    return await install(plan, base, asked, path, tools, ["--no-build"]);
  } catch (fault) {
    if (!(fault instanceof EnvironmentFault)) throw fault;
    tools.log("Trying again without the password of the package index, which nothing that is built may see ...");
    return await install(open, base, asked, path, tools, []).catch((second) => {
      if (!(second instanceof EnvironmentFault)) throw second;
      throw new EnvironmentFault(`${fault.message}\n${advice(plan)}`);
    });
  }
}

const advice = ({ access }: EnvironmentPlan): string =>
  `(${secretNames(access).join(", ")} of the server has a password, so with it nothing is built from source. What has no ` +
  "wheel can be built elsewhere, and its wheel be put beside the requirements.)";

async function install(
  plan: EnvironmentPlan,
  base: Environment,
  { folder, file, text }: Asked,
  path: string,
  tools: InstallerTools,
  building: readonly string[],
): Promise<string> {
  const uv = await readyUv(plan, tools);
  const work = join(path, ".work");
  // What an earlier try left there may hold a password.
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const confine = tools.confine ?? ((command: readonly string[]) => command);
  const seen = tools.seen ?? ((place: string) => place);
  const variables = { ...installerEnvironment(plan), UV_CACHE_DIR: join(work, "cache") };
  const environment = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, seen(value)]));
  const run = (words: readonly string[], quiet = false) =>
    runInstaller(confine([uv, ...words].map(seen), [path]), environment, tools, {
      cwd: folder,
      what: `${file} could not be installed`,
      quiet,
    });
  const python = join(path, "bin", "python");
  const before = readFileSync(join(base.path, pinsFile), "utf8");
  // uv keeps the versions that it finds in the file which it is to write, as pip keeps what is installed.
  const resolved = join(work, "resolved.txt");
  writeFileSync(resolved, before);
  const { system } = lockNamed(plan.lock);
  const override = system && systemOverride(system, text);
  const overrideFile = join(work, "override.txt");
  if (override) {
    tools.log(`What needs ${system.module} gets that of the system, whatever version it asks for.`);
    writeFileSync(overrideFile, override);
  }
  const shape = ["--no-header", "--no-annotate", "--emit-index-url", "--emit-find-links", "--quiet", ...building];
  const overrides = override ? ["--override", overrideFile] : [];
  await run(["pip", "compile", "--python", python, ...shape, ...overrides, "--output-file", resolved, file]);
  const wanted = readFileSync(resolved, "utf8").split("\n");
  const pinned = new Set(before.split("\n"));
  const added = wanted.filter((line) => line !== "" && !pinned.has(line));
  if (added.some((line) => !line.startsWith("--"))) {
    const list = join(work, "added.txt");
    writeFileSync(list, `${added.join("\n")}\n`);
    await run(["pip", "install", "--python", python, "--no-deps", "--compile-bytecode", ...building, "-r", list]);
  }
  rmSync(work, { recursive: true, force: true });
  const changed = new Set(added.map((line) => line.split("==")[0]!));
  const kept = before.split("\n").filter((line) => line !== "" && !changed.has(line.split("==")[0]!));
  return [...kept, ...added.filter((line) => !line.startsWith("-"))].sort().join("\n");
}
