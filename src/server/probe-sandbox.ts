/** The sandbox that the process executor will find; for `sagebrush doctor` and the warning at start. */
export { probeSandbox, withoutSandbox } from "../executors/process/sandbox.ts";
