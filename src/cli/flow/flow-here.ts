import { spawn } from "node:child_process";
import { join } from "node:path";
import { type ProductProgram, productCommand } from "../../base/product-program.ts";
import { createEnvironments } from "../../environments/environments.ts";
import { readyEnvironment } from "../../environments/make-environment.ts";
import { type Flow, FlowFault } from "../../prep/flows/flow.ts";
import { drawsByCode } from "../../prep/flows/flow-analysis.ts";
import type { FlowHerePlan } from "../../prep/flows/flow-here-plan.ts";
import { isUserCode } from "../../prep/flows/user-code.ts";
import { homePaths } from "../../server/home/home.ts";
import type { Settings } from "../../server/settings/settings.ts";
import { CommandError } from "../define-command.ts";

const productRoot = join(import.meta.dirname, "..", "..", "..");

/** Has a program do a flow on this machine, which shows what it says, and gives its exit code. */
export function doFlowHere(plan: FlowHerePlan): Promise<number> {
  const program: ProductProgram = { script: "src/runtimes/prep/flow-here.ts", arguments: [JSON.stringify(plan)] };
  const [node, ...words] = productCommand(program, { node: process.execPath, productRoot });
  return new Promise((resolve, reject) => {
    const child = spawn(node!, words, { stdio: ["ignore", "inherit", "inherit"] });
    // Ctrl-C reaches the program itself.
    const wait = () => {};
    const stop = () => void child.kill("SIGTERM");
    process.on("SIGINT", wait);
    process.on("SIGTERM", stop);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("SIGINT", wait);
      process.off("SIGTERM", stop);
      resolve(code ?? (signal === "SIGINT" ? 130 : 1));
    });
  });
}

/** The packages that jobs of flows have (`src/images/data-wrangler.ts`). */
const lock = "data-wrangler";

/** The Python in which code of the flow runs: that of the jobs, which is made where it is not there. @throws CommandError */
export async function flowPython({ nodes }: Flow, given: string | undefined, settings: Settings): Promise<string> {
  if (given !== undefined || !nodes.some((node) => isUserCode(node) || drawsByCode(node))) return given ?? "python3";
  const folder = settings.environments || homePaths(settings.home).environmentsFolder;
  const planned = await createEnvironments({ folder, wheels: settings.wheels, environment: process.env }).plan(lock);
  if ("refusal" in planned) throw new CommandError(planned.refusal);
  try {
    const { path } = await readyEnvironment(planned.plan, { log: (line) => console.error(line) });
    return join(path, "bin", "python");
  } catch (error) {
    throw (error as Error).name === "EnvironmentFault" ? new FlowFault([(error as Error).message]) : error;
  }
}
