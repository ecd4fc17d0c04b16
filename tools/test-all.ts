import { soakSteps } from "./soak-steps.ts";
import { runSteps } from "./steps.ts";
import { systemSteps } from "./system-steps.ts";
import { testSteps } from "./test-steps.ts";

/**
 * `npm run test:all` is `npm test`, the soaks at their short size and `npm run test:systems`, with one last line for all. CI
 * runs it.
 */
process.exitCode = await runSteps([...(await testSteps([])), ...(await soakSteps()), ...(await systemSteps([]))]);
