import { runSteps } from "./steps.ts";
import { systemSteps } from "./system-steps.ts";

/** `npm run test:systems` installs and tries every system, `npm run test:systems -- NAME...` those of the names. */
try {
  process.exitCode = await runSteps(await systemSteps(process.argv.slice(2)));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
