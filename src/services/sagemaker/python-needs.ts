import type { RunNeeds } from "../../executors/port.ts";
import type { PythonImage } from "../../images/define-image.ts";

/** Returns what a run needs to start what its owner wrote in the Python of an image. */
export const pythonNeeds = ({ lock, python }: PythonImage): Pick<RunNeeds, "python" | "innerSandbox"> => ({
  python: { lock, ...(python === undefined ? {} : { version: python }) },
  innerSandbox: true,
});
