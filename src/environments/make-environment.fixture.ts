import type { EnvironmentPlan } from "./environment-plan.ts";
import { readyEnvironment } from "./make-environment.ts";

/** Makes the environment of the plan given as JSON, and says which it is. */
const plan = JSON.parse(process.argv[2]!) as EnvironmentPlan;
const { name } = await readyEnvironment(plan, { log: (line) => console.log(line) });
console.log(`ready ${name}`);
