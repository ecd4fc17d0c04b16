import type { ProductProgram } from "../base/product-program.ts";
import type { KeptFolder } from "./kept-folder-plan.ts";
import type { PlannedObjects } from "./objects-plan.ts";
import type { PlannedPython } from "./python-plan.ts";
import type { PlannedQuery } from "./query-plan.ts";
import type { PlannedPipe } from "./training-plan.ts";

/**
 * The instructions of the program that stages a processing run. The plan is in `processingPlanFile` below /opt/ml and
 * holds no secret.
 */
export interface ProcessingPlan {
  readonly python: PlannedPython;
  /** The job's own command line: its entry point with its arguments. */
  readonly command: readonly string[];
  /** The program of the image, which runs in place of a command. Absent in plans of older homes. */
  readonly program?: ProductProgram;
  /** Present where commands find a Spark. */
  readonly spark?: PlannedSpark;
  /** The program runs a flow, whose sources may be queries. */
  readonly runsFlows?: true;
  /** The job's own variables; the platform's variables win over them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly inputs: readonly ProcessingInput[];
  /** Inputs that have the rows of queries. Absent in plans of older homes. */
  readonly queries?: readonly PlannedQuery[];
  /** The folder of packages by which databases are read and that do not come with the install. Absent: the home has none. */
  readonly connectors?: string;
  readonly outputs: readonly ProcessingOutput[];
  /** Outputs whose rows become records of feature groups. Absent in plans of older homes. */
  readonly features?: readonly ProcessingFeatures[];
  /** Seconds from SIGTERM to SIGKILL, when the run is asked to end. Absent in plans of older homes. */
  readonly graceSeconds?: number;
  /** Lines for the beginning of the job's log. Absent in plans of older homes. */
  readonly notes?: readonly string[];
}

/** The Spark of the Python in which a job's command runs. */
export interface PlannedSpark {
  /** The folder of its Java, as the command sees it. */
  readonly javaHome: string;
}

export interface ProcessingInput extends PlannedObjects {
  readonly name: string;
  /** The folder that its files are written to, below /opt/ml. */
  readonly folder: string;
  /** Present where the command reads the objects from pipes, `folder`_0, _1 and so on, one for each time. */
  readonly pipe?: PlannedPipe;
}

export interface ProcessingOutput extends KeptFolder {
  readonly name: string;
  /** `Continuous`: a file is uploaded while the job runs, once nothing writes to it any more. */
  readonly mode: "EndOfJob" | "Continuous";
}

export interface ProcessingFeatures {
  readonly name: string;
  readonly group: string;
  /** The folder below /opt/ml whose files have the rows. Absent where a flow leaves them in `featureFolder`. */
  readonly folder?: string;
  /** The stores of the group that get the records. Absent: all that it has. */
  readonly targetStores?: readonly string[];
}

/** The folder below /opt/ml that has the rows of such an output, of a flow or made of files: lines of JSON, values as texts and doubles. */
export const featureFolder = (output: string): string => `feature-outputs/${output.replaceAll("/", "-")}`;

export const processingPlanFile = "config/processing-plan.json";
