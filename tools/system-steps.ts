import type { System } from "../conformance/systems/define-system.ts";
import { installSystem, Unavailable } from "../conformance/systems/installation.ts";
import { readSystems } from "../conformance/systems/system-list.ts";
import { tests } from "./run-tests.ts";
import type { Counts, Step } from "./steps.ts";

/** Installs the systems, all but peers or those of the names, then runs the tests of those that could be had. */
export async function systemSteps(names: readonly string[]): Promise<Step[]> {
  const all = await readSystems();
  const unknown = names.filter((name) => !all.some((system) => system.name === name));
  if (unknown.length > 0) {
    throw new Error(`No system is named ${unknown.join(", ")}. There are: ${all.map(({ name }) => name).join(", ")}`);
  }
  const wanted =
    names.length === 0 ? all.filter(({ isPeer }) => !isPeer) : all.filter(({ name }) => names.includes(name));
  const ready: System[] = [];
  return [
    {
      title: "systems installed",
      async run() {
        const total = { passed: 0, failed: 0, skipped: 0 };
        const failures: string[] = [];
        const waiting = [...wanted];
        // Downloads wait for the network and builds for the processor, so two at a time take less than one by one.
        const installer = async () => {
          for (let system = waiting.shift(); system !== undefined; system = waiting.shift()) {
            const began = performance.now();
            let outcome = await install(system);
            // A download breaks off now and then.
            if (outcome.count === "failed") {
              console.log(`${describe(system, outcome)}; once more`);
              outcome = await install(system);
            }
            const line = describe(system, outcome);
            console.log(`${line} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
            total[outcome.count]++;
            if (outcome.count === "failed") failures.push(line);
            if (outcome.count === "passed") ready.push(system);
          }
        };
        await Promise.all([installer(), installer()]);
        return { ...total, failures };
      },
    },
    {
      title: "systems",
      async run() {
        if (ready.length === 0) return { passed: 0, failed: 0, skipped: 0 };
        const folders = ready.map(({ name }) => `conformance/systems/${name}/`);
        return await tests("systems", { project: "systems", paths: folders }).run();
      },
    },
  ];
}

interface Outcome {
  readonly count: keyof Counts;
  readonly reason?: string;
}

async function install(system: System): Promise<Outcome> {
  try {
    await installSystem(system);
    return { count: "passed" };
  } catch (error) {
    const skips = error instanceof Unavailable && !process.env.CI;
    return { count: skips ? "skipped" : "failed", reason: (error as Error).message };
  }
}

function describe({ name, clients }: System, { count, reason }: Outcome): string {
  if (count === "passed") return `  ${name}: ${clients.map((client) => `${client.name} ${client.version}`).join(", ")}`;
  return `  ${name} ${count === "skipped" ? "is skipped" : "could not be installed"}: ${reason}`;
}
