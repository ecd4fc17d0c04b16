import type { ProductProgram } from "../base/product-program.ts";
import type { ScriptFamily } from "./define-image.ts";
import type { PlannedProgram } from "./planned-program.ts";
import type { PlannedPython } from "./python-plan.ts";
import { frameVersion } from "./serving-frame.ts";
import type { UnpackLimits } from "./unpack-plan.ts";

/**
 * The instructions of the program that stages a serving run; its own part is the image's model server. The plan is in
 * `servingPlanFile` below /opt/ml and holds no secret.
 */
export type ServingPlan = (PlannedProgram | { readonly script: PlannedServingScript }) & {
  /** The production variant's name, for messages. Absent where no endpoint is served, but a batch transform. */
  readonly variant?: string;
  /** The container's name among several, for messages. Absent where there is one. */
  readonly container?: string;
  /** Absent when the model server needs no data. */
  readonly model?: PlannedModel;
  /** Of a multi-model server: where its models are. Such a one has no `model`. */
  readonly models?: PlannedModels;
  /** The container's own variables; the platform's variables win over them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly downloadSeconds: number;
  /** What the model's archive may unpack to. Absent in plans of older homes. */
  readonly unpacked?: UnpackLimits;
  /** How long the model server may take to answer a ping with 200. */
  readonly startupSeconds: number;
};

/** How messages name what is served. */
export const servedTitle = ({ container = "primary", variant }: Pick<ServingPlan, "container" | "variant">): string =>
  `${container} container${variant === undefined ? "" : ` for production variant ${variant}`}`;

/** Says that a model server never answered. */
export const unservedWords = (plan: Pick<ServingPlan, "container" | "variant">): string =>
  `The ${servedTitle(plan)} did not pass the ping health check. Please check CloudWatch logs for this ${plan.variant === undefined ? "transform job" : "endpoint"}.`;

/** A user's script that serves, and the Python environment that runs it. */
export interface PlannedServingScript extends PlannedPython {
  readonly family: ScriptFamily;
  /** The program of the product that serves in place of the script. */
  readonly server?: ProductProgram;
  /** The file of the script in its folder; `named`: it must be there. */
  readonly program: string;
  readonly named: boolean;
  /** Where the script is: a folder below /opt/ml, or an archive in S3. Absent: in the model's archive, where that has code. */
  readonly source?: string | PlannedSource;
  /** The processes that answer. Each has a model of its own. */
  readonly workers: number;
  /** How long one answer may take. */
  readonly answerSeconds: number;
}

export interface PlannedSource {
  /** As the user gave it, for messages. */
  readonly url: string;
  readonly bucket: string;
  readonly key: string;
}

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

/** Models below a prefix, by the rest of their keys. */
export interface PlannedModels {
  readonly bucket: string;
  readonly prefix: string;
  /** Whether a model stays loaded when its requests are answered. */
  readonly caches: boolean;
}

export const servingPlanFile = "serving-plan.json";

/** The program that serves a built-in algorithm's models. */
export const builtInServer = "src/runtimes/serving/serve.ts";

/**
 * Returns the arguments of the built-in model server that the program which stages the run can be itself: one process
 * less. Code of the platform alone runs there; without a network it runs in the inner sandbox, by itself.
 */
export const builtInModel = (plan: ServingPlan): readonly string[] | undefined =>
  "program" in plan && plan.program.script === builtInServer && plan.network !== "none"
    ? plan.program.arguments
    : undefined;

/** The Unix socket of the model server in /opt/ml. The model server finds its path by SAGEBRUSH_SOCKET. */
export const serverSocket = "server.sock";

/** The socket of the program that has the models of a multi-model server, which the stage asks. */
export const modelsSocket = "models.sock";

/** Whether a model server speaks frames, by what its run told with the state in which it is ready. */
export const speaksFrames = (detail: Readonly<Record<string, unknown>> | undefined, container?: number): boolean => {
  const told = container === undefined ? detail : (detail?.containers as readonly (typeof detail)[])?.[container];
  return told?.frames === frameVersion;
};

/** The names of the containers of a model that has several, as JSON. */
export const containersFile = "containers.json";

/** The folder of the run's /opt/ml that is the /opt/ml of one container of several. */
export const containerFolder = (index: number): string => `containers/${index + 1}`;

/** The socket of a model server in the run's /opt/ml; `container`: its number, where there are several. */
export const socketOf = (container: number | undefined): string =>
  container === undefined ? serverSocket : `${containerFolder(container)}/${serverSocket}`;

/** How long after SIGTERM a model server may take to answer the requests in flight. */
export const servingGraceSeconds = 60;
