import type { PlannedProgram } from "./planned-program.ts";
import { frameVersion } from "./serving-frame.ts";
import type { UnpackLimits } from "./unpack-plan.ts";

/**
 * The instructions of the program that stages a serving run; its own part is the image's model server. The plan is in
 * `servingPlanFile` below /opt/ml and holds no secret.
 */
export type ServingPlan = PlannedProgram & {
  /** The production variant's name, for messages. */
  readonly variant: string;
  /** Absent when the model server needs no data. */
  readonly model?: PlannedModel;
  /** The container's own variables; the platform's variables win over them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly downloadSeconds: number;
  /** What the model's archive may unpack to. Absent in plans of older homes. */
  readonly unpacked?: UnpackLimits;
  /** How long the model server may take to answer a ping with 200. */
  readonly startupSeconds: number;
};

export interface PlannedModel {
  /** The URL as the user gave it, for messages. */
  readonly url: string;
  readonly bucket: string;
  readonly key: string;
  /**
   * `archive`: a tar file, gzipped or not, unpacked to model/. `object`: one file. `prefix`: all objects below the key.
   */
  readonly type: "archive" | "object" | "prefix";
}

export const servingPlanFile = "serving-plan.json";

/** The Unix socket of the model server in /opt/ml. The model server finds its path by SAGEBRUSH_SOCKET. */
export const serverSocket = "server.sock";

/** Whether a model server speaks frames, by what its run told with the state in which it is ready. */
export const speaksFrames = (detail: Readonly<Record<string, unknown>> | undefined): boolean =>
  detail?.frames === frameVersion;

/** How long after SIGTERM a model server may take to answer the requests in flight. */
export const servingGraceSeconds = 60;
