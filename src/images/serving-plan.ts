import type { PlannedProgram } from "./planned-program.ts";

/**
 * What the program that stages a serving run is to do; its own part is the model server of the image. The plan lies in
 * `servingPlanFile` below /opt/ml and holds no secret.
 */
export type ServingPlan = PlannedProgram & {
  /** Of the production variant, for messages. */
  readonly variant: string;
  /** Absent: the model server needs no data. */
  readonly model?: PlannedModel;
  /** The container's own variables; those of the platform win over them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly downloadSeconds: number;
  /** How long the model server may take to answer a ping with 200. */
  readonly startupSeconds: number;
};

export interface PlannedModel {
  /** The text that the user gave, for messages. */
  readonly url: string;
  readonly bucket: string;
  readonly key: string;
  /** `archive`: a tar file, gzipped or not, unpacked to model/. `object`: one file. `prefix`: all objects below the key. */
  readonly type: "archive" | "object" | "prefix";
}

export const servingPlanFile = "serving-plan.json";

/** The Unix socket of the model server in /opt/ml. The model server finds its path by SAGEBRUSH_SOCKET. */
export const serverSocket = "server.sock";

/** How long a model server may take after SIGTERM to answer the requests it has begun. */
export const servingGraceSeconds = 60;
