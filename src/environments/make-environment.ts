import { readFileSync } from "node:fs";
import { join } from "node:path";
import { addRequirements } from "./add-requirements.ts";
import { baseName, type Environment, layerName, pinsFile, withBelow } from "./environment.ts";
import { EnvironmentFault } from "./environment-fault.ts";
import type { EnvironmentPlan } from "./environment-plan.ts";
import { askPython } from "./find-python.ts";
import { type InstallerTools, runInstaller } from "./installer.ts";
import { layEnvironment } from "./lay-environment.ts";
import { layJars } from "./lay-jars.ts";
import { buildFile, lockBelow, lockFile, lockNamed } from "./locks.ts";
import { readyOnce } from "./ready-once.ts";
import type { Requirements } from "./requirements.ts";
import { checkRoom, sizeWords } from "./room-for.ts";
import { systemPins } from "./system-python.ts";
import { installerEnvironment, readyPython, readyUv } from "./uv.ts";

/** Returns the environment of a lock; makes it when it is not there, or waits for the job that makes it. */
export async function readyEnvironment(plan: EnvironmentPlan, tools: InstallerTools): Promise<Environment> {
  const name = baseName(plan);
  const lock = lockBelow(plan.lock);
  const base = lock && (await readyEnvironment({ ...plan, lock }, tools));
  const below = base ? withBelow(base) : [];
  return readyOnce(plan.folder, name, below, tools, async (path) => {
    const { built, jars, mebibytes, system } = lockNamed(plan.lock);
    checkRoom(plan.lock, plan.folder, mebibytes);
    tools.log(
      `Making the Python environment ${plan.lock} with Python ${plan.python.version}, about ${sizeWords(mebibytes)}, ` +
        "once for all jobs that use it ...",
    );
    const uv = await readyUv(plan, tools);
    const program = await readyPython(plan, uv, tools);
    const environment = installerEnvironment(plan);
    const what = `The Python environment ${plan.lock} could not be made`;
    const python = join(path, "bin", "python");
    const run = (...words: string[]) => runInstaller([uv, ...words], environment, tools, { what });
    const systemToo = system ? ["--system-site-packages"] : [];
    if (base) layEnvironment(path, below, { beside: true });
    else await run("venv", "--quiet", "--no-project", "--python", program, ...systemToo, path);
    const sourced = built ? ["--no-binary", built.join(","), "--build-constraints", buildFile(plan.lock)] : [];
    await run(
      ...["pip", "sync", "--python", python, "--require-hashes", "--only-binary", ":all:", "--compile-bytecode"],
      ...sourced,
      lockFile(plan.lock),
    );
    if (jars) await layJars(plan, python, jars, tools);
    const own = await run("pip", "freeze", "--python", python, "--quiet");
    const others = base ? readFileSync(join(base.path, pinsFile), "utf8").trim().split("\n") : [];
    const pins = withOthers(own, system ? await systemPins(python) : others);
    const version = (await askPython(python))?.version;
    if (version === undefined) throw new EnvironmentFault(`${what}: its Python does not start.`);
    return { pins, record: { lock: plan.lock, version, program } };
  });
}

/**
 * Returns an environment with requirements on top of another one, which it does not change: it holds only what is to be
 * added or is to have another version.
 */
export function readyLayer(
  plan: EnvironmentPlan,
  base: Environment,
  requirements: Requirements & { readonly folder: string; readonly file: string },
  tools: InstallerTools,
): Promise<Environment> {
  const name = layerName(base.name, requirements.text);
  return readyOnce(plan.folder, name, withBelow(base), tools, async (path) => {
    tools.log(
      `Installing ${requirements.file} on top of the Python environment ${plan.lock}, once for all jobs with the same ...`,
    );
    layEnvironment(path, withBelow(base), { seen: tools.seen });
    const pins = await addRequirements(plan, base, requirements, path, tools);
    const { lock, version, program } = base.record;
    return { pins, record: { lock, version, program, requirements: requirements.text } };
  });
}

/** The packages of an environment and those of what is below it, each once. */
function withOthers(pins: string, others: readonly string[]): string {
  if (others.length === 0) return pins;
  const nameOf = (pin: string) => pin.split("==")[0]!;
  const own = pins.split("\n");
  const names = new Set(own.map(nameOf));
  return [...own, ...others.filter((pin) => !names.has(nameOf(pin)))].sort().join("\n");
}
