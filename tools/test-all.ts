import { runSteps } from "./steps.ts";
import { systemSteps } from "./system-steps.ts";
import { testSteps } from "./test-steps.ts";

/** `npm run test:all` is `npm test` and `npm run test:systems` with one last line for both. CI runs it. */
process.exitCode = await runSteps([...(await testSteps([])), ...(await systemSteps([]))]);
