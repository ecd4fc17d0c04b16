import type { PlannedProgram } from "./planned-program.ts";

/**
 * What the program that stages a training run is to do; its own part is the training program of the image. The plan lies
 * in `trainingPlanFile` below /opt/ml and holds no secret.
 */
export type TrainingPlan = PlannedProgram & {
  readonly job: { readonly name: string; readonly arn: string };
  /** The job's own variables; those of the platform win over them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly channels: readonly PlannedChannel[];
  readonly output: PlannedOutput;
};

export interface PlannedChannel {
  /** Its files are written to input/data/<name>. */
  readonly name: string;
  /** `S3Prefix`: all objects below the key. `ManifestFile`: those that the object there lists. */
  readonly type: "S3Prefix" | "ManifestFile";
  readonly bucket: string;
  readonly key: string;
}

export interface PlannedOutput {
  readonly bucket: string;
  /** Without a slash at the end: "prefix/job-name/output". */
  readonly prefix: string;
  readonly compression: "GZIP" | "NONE";
}

export const trainingPlanFile = "input/config/training-plan.json";

/** How long a training program may take to end after SIGTERM; what it has written is uploaded after that. */
export const trainingGraceSeconds = 120;
