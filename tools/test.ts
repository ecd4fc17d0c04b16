import { runSteps } from "./steps.ts";
import { testSteps } from "./test-steps.ts";

/** `npm test` runs everything but the systems, `npm test -- PATH...` the tests of those files or folders. */
process.exitCode = await runSteps(await testSteps(process.argv.slice(2)));
