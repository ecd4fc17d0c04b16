import type { Param, ParamProblem } from "../base/params.ts";
import type { LabelledData, Matrix } from "./data/matrix.ts";

/** What a training program gives an algorithm besides data. */
export interface TrainingRun {
  /** A line of the job's log. */
  log(line: string): void;
  /** Awaited between rounds, so that the program sees signals. Resolves with false when a stop is requested. */
  continues(): Promise<boolean>;
}

/** What an algorithm answers about rows: `width` numbers per row. */
export interface Predictions {
  readonly values: Float32Array;
  readonly width: number;
}

export type DataFormat = "csv" | "libsvm" | "recordio-protobuf" | "parquet" | "json" | "jsonlines";

/** What an image version reads. */
export interface InputFormats {
  /** What a channel without a content type holds. */
  readonly channelDefault: DataFormat;
  /** What a request without a content type holds. */
  readonly requestDefault: DataFormat;
  readonly read: readonly DataFormat[];
  /** What it reads in mode Pipe. */
  readonly piped: readonly DataFormat[];
}

/** An answer to a request, or the refusal of one. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** How an image version serves in an environment. */
export interface Serving<Model> {
  /** What the server's log says at start: variables without effect in this version. */
  readonly warnings: readonly string[];
  readonly mostPayloadBytes: number;
  /** Which files of the model folder are models, of its files by name. */
  modelFiles(files: readonly string[]): readonly string[];
  /** What to do about a file that was taken for one of several models and is not a model. */
  readonly otherFiles: string;
  /** Makes the function that answers for the models; build it once, call it often. Throws ModelError. */
  answerer(models: readonly Model[]): (features: Matrix, accept: string) => Answer;
  /** The same in two halves, between which the rows of several requests can be predicted together. Throws ModelError. */
  halves?(models: readonly Model[]): AnswerHalves;
}

/** What makes an answer: what is predicted of a row depends on no other row. */
export interface AnswerHalves {
  predict(features: Matrix): Predictions;
  /** Finds how an Accept header is answered, or refuses it. */
  encoder(accept: string): { readonly type: string; encode(predictions: Predictions): string | Uint8Array } | Answer;
}

/** Puts the halves together. */
export const answererOf =
  ({ predict, encoder }: AnswerHalves) =>
  (features: Matrix, accept: string): Answer => {
    const found = encoder(accept);
    return "status" in found ? found : { status: 200, type: found.type, body: found.encode(predict(features)) };
  };

/** A variable of a model's environment that cannot be honoured. */
export interface EnvironmentProblem {
  /** What is not built, or what is wrong with a value. */
  readonly what: string;
  readonly kind: "not-built" | "value";
  /** What to do instead. */
  readonly instead: string;
}

/** The half of an algorithm that serves its models. `version` is one of its `versions`. */
export interface ServedAlgorithm<Model = unknown> {
  readonly unit: "algorithm";
  readonly name: string;
  /** The versions of AWS's image that differ, oldest first. */
  readonly versions: readonly string[];
  formats(version: string): InputFormats;
  /** The model as a file of the model folder. */
  readonly modelFile: string;
  /** Throws ModelError when this version cannot read the bytes as a model. */
  load(bytes: Uint8Array): Model;
  /** Columns that a row must have. */
  columns(model: Model): number;
  /** Makes the function that predicts; build it once, call it often. */
  predictor(model: Model): (features: Matrix) => Predictions;
  /** How a version serves in an environment; or what of the environment it cannot honour. */
  serving(
    version: string,
    environment: Readonly<Record<string, string | undefined>>,
  ): Serving<Model> | EnvironmentProblem;
}

/** An algorithm that trains too, with the values of its hyperparameters and its models. */
export interface Algorithm<Values = unknown, Model = unknown> extends ServedAlgorithm<Model> {
  /** The hyperparameters that a version knows; `aliases` are other names of some. */
  hyperparameters(version: string): {
    readonly known: Readonly<Record<string, Param<unknown>>>;
    readonly aliases: Readonly<Record<string, string>>;
  };
  /** Reads the texts of a job. When there are problems, the values must not be used. */
  read(
    texts: Readonly<Record<string, string>>,
    version: string,
  ): { readonly values: Values; readonly problems: readonly ParamProblem[] };
  /** Reports values that cannot be combined. */
  combinationProblems(values: Values): readonly ParamProblem[];
  /** The hyperparameters that say how the data is read. */
  readonly data: { weightsInCsv(values: Values): boolean };
  /** Throws DataError on labels that cannot be learned. The same data, values and seed give the same model. */
  train(
    data: { readonly train: LabelledData; readonly validation?: LabelledData },
    values: Values,
    run: TrainingRun,
  ): Promise<Model>;
  save(model: Model): Uint8Array;
}

/** A model file that cannot be used. The message says why and what can be. */
export class ModelError extends Error {
  override readonly name = "ModelError";
}

// biome-ignore lint/suspicious/noExplicitAny: the values and the model of an algorithm are its own; programs pass them on unread
export type AnyAlgorithm = Algorithm<any, any>;
// biome-ignore lint/suspicious/noExplicitAny: as above
export type AnyServedAlgorithm = ServedAlgorithm<any>;

/** Declares an algorithm. `npm run gen` finds it in `algorithms/`; an image that names it makes it available to jobs. */
export const defineAlgorithm = <Values, Model>(
  algorithm: Omit<Algorithm<Values, Model>, "unit">,
): Algorithm<Values, Model> => ({ unit: "algorithm", ...algorithm });

/** Declares an algorithm whose models are served, and are trained elsewhere. */
export const defineServedAlgorithm = <Model>(
  algorithm: Omit<ServedAlgorithm<Model>, "unit">,
): ServedAlgorithm<Model> => ({
  unit: "algorithm",
  ...algorithm,
});
