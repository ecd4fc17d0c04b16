import type { RunSpec } from "../executors/port.ts";
import { processingPlanFile } from "../images/processing-plan.ts";
import { trainingPlanFile } from "../images/training-plan.ts";

/** A run spec as documents of shape 1 hold it. */
interface FirstSpec extends Omit<RunSpec, "program" | "server" | "group"> {
  readonly command: readonly string[];
}

/**
 * Returns a spec of shape 1 as one of today. Every run of shape 1 gets the server's address; the process executor
 * reaches any socket.
 */
export function upgradedSpec(spec: object): RunSpec {
  const { command, ...rest } = spec as FirstSpec;
  return { ...rest, program: { command }, server: { address: true, sockets: [] } };
}

/** The Python of a plan of shape 2, with paths of the server's machine. */
interface OldPython {
  readonly environment: { readonly lock: string; readonly python: { readonly version: string } };
  readonly role: string;
}

/** Returns a spec of shape 2 as one of today: the Python of a script stood in the run's plan, with its folders as mounts. */
export function specWithPython(spec: RunSpec): RunSpec {
  const file = [trainingPlanFile, processingPlanFile].find((name) => name in spec.files);
  if (!spec.innerSandbox || file === undefined) return spec;
  const plan = JSON.parse(spec.files[file]!);
  const planned = (plan.script ?? plan.python) as OldPython;
  const { lock, python } = planned.environment;
  const version = python.version.split(".").slice(0, 2).join(".");
  const { environment: _, ...kept } = planned;
  const upgraded = { ...kept, image: { lock, python: version }, network: spec.network };
  return {
    ...spec,
    mounts: [],
    python: { lock, version },
    files: { ...spec.files, [file]: JSON.stringify({ ...plan, [plan.script ? "script" : "python"]: upgraded }) },
  };
}
