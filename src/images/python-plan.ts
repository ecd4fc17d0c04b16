import type { KeptEnvironmentPlan } from "../environments/environment-plan.ts";

/** The Python of an image, in which a run starts what its owner wrote. */
export interface PlannedPython {
  readonly environment: KeptEnvironmentPlan;
  /** The role as which the owner's code acts. */
  readonly role: string;
  /** What the job's owner should know of the Python, a line for the log. */
  readonly note?: string;
}
