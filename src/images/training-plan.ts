/**
 * What a training run is to do, as the job's service tells it to the program that stages the run. It lies in
 * `trainingPlanFile` below /opt/ml. There is nothing secret in it.
 */
export interface TrainingPlan {
  readonly job: { readonly name: string; readonly arn: string };
  /** The training program of the image. */
  readonly command: readonly string[];
  /** The job's own variables; the platform's come on top. */
  readonly environment: Readonly<Record<string, string>>;
  readonly channels: readonly PlannedChannel[];
  readonly output: PlannedOutput;
}

export interface PlannedChannel {
  /** Its files come to input/data/<name>. */
  readonly name: string;
  /** `S3Prefix`: all objects below the key. `ManifestFile`: those that the object there lists. */
  readonly type: "S3Prefix" | "ManifestFile";
  readonly bucket: string;
  readonly key: string;
}

export interface PlannedOutput {
  readonly bucket: string;
  /** Without a slash at its end: "prefix/job-name/output". */
  readonly prefix: string;
  readonly compression: "GZIP" | "NONE";
}

export const trainingPlanFile = "input/config/training-plan.json";

/** How long a training program may take to end after SIGTERM, before what it has left is uploaded. */
export const trainingGraceSeconds = 120;
