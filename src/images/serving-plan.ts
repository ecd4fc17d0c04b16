/**
 * What a serving run is to do, as the endpoint's service tells it to the program that stages the run. It lies in
 * `servingPlanFile` below /opt/ml. There is nothing secret in it.
 */
export interface ServingPlan {
  /** Of the production variant, for messages. */
  readonly variant: string;
  /** Absent: the model server needs no data. */
  readonly model?: PlannedModel;
  /** The model server of the image. */
  readonly command: readonly string[];
  /** The container's own variables; the platform's come on top. */
  readonly environment: Readonly<Record<string, string>>;
  readonly downloadSeconds: number;
  /** How long the model server may take to answer a ping with 200. */
  readonly startupSeconds: number;
}

export interface PlannedModel {
  /** As the user gave it, for messages. */
  readonly url: string;
  readonly bucket: string;
  readonly key: string;
  /** `archive`: a tar, gzipped or not, unpacked to model/. `object`: one file. `prefix`: all objects below the key. */
  readonly type: "archive" | "object" | "prefix";
}

export const servingPlanFile = "serving-plan.json";

/** The Unix socket of the model server, below /opt/ml: a model server takes its path from SAGEBRUSH_SOCKET. */
export const serverSocket = "server.sock";

/** How long a model server may take after SIGTERM to answer what it has begun. */
export const servingGraceSeconds = 60;
