/** Probes for the sandbox that the process executor uses; for `sagebrush doctor` and the warning at start. */
export { probeSandbox, withoutSandbox } from "../executors/process/sandbox.ts";
