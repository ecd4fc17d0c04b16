import type { ParamProblem, Params, ParamValues } from "../base/params.ts";
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

export interface Algorithm<P extends Params = Params, Model = unknown> {
  readonly unit: "algorithm";
  readonly name: string;
  readonly hyperparameters: P;
  /** Reports values that cannot be combined. */
  combinationProblems(values: ParamValues<P>, hasValidation: boolean): readonly ParamProblem[];
  /** The hyperparameters that say how the data is read. */
  readonly data: { weightsInCsv(values: ParamValues<P>): boolean };
  /** Throws DataError on labels that cannot be learned. The same data, values and seed give the same model. */
  train(
    data: { readonly train: LabelledData; readonly validation?: LabelledData },
    values: ParamValues<P>,
    run: TrainingRun,
  ): Promise<Model>;
  /** The model as a file of the model folder. */
  readonly modelFile: string;
  save(model: Model): Uint8Array;
  /** Throws ModelError when this version cannot read the bytes as a model. */
  load(bytes: Uint8Array): Model;
  /** Columns that a row must have. */
  columns(model: Model): number;
  /** Makes the function that answers; build it once, call it often. */
  predictor(model: Model): (features: Matrix) => Predictions;
}

/** A model file that cannot be used. The message says why and what can be. */
export class ModelError extends Error {
  override readonly name = "ModelError";
}

// biome-ignore lint/suspicious/noExplicitAny: the values and the model of an algorithm are its own; programs pass them on unread
export type AnyAlgorithm = Algorithm<any, any>;

/** Declares an algorithm. `npm run gen` finds it in `algorithms/`; an image that names it makes it available to jobs. */
export const defineAlgorithm = <P extends Params, Model>(
  algorithm: Omit<Algorithm<P, Model>, "unit">,
): Algorithm<P, Model> => ({ unit: "algorithm", ...algorithm });
