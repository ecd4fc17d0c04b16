/** What the process executor will find when it starts a run; for `sagebrush doctor`, which names no driver. */
export { probeSandbox } from "../executors/process/sandbox.ts";
