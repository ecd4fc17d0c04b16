import { checks } from "./checks.ts";
import { runSteps } from "./steps.ts";

process.exitCode = await runSteps(checks);
