import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type AnyServedAlgorithm, ModelError, type Serving } from "../../ml/define-algorithm.ts";
import { createInvoker, type Invoker } from "./invocation.ts";

/** A model of a built-in algorithm that is ready to answer. */
export interface BuiltInModel {
  readonly mostPayloadBytes: number;
  readonly invoke: Invoker;
  /** How many requests at most are answered together. */
  readonly mostTogether: number;
}

/** The variable of a model's environment that has requests answered together which have come in together. */
const togetherVariable = "SAGEBRUSH_MICRO_BATCH";
const largestBatch = 1_000;

function mostTogetherOf(text: string | undefined): number {
  if (text === undefined) return 1;
  const most = Number(text);
  if (Number.isInteger(most) && most >= 1 && most <= largestBatch) return most;
  throw new ModelError(
    `Environment ${togetherVariable} is ${JSON.stringify(text)}; give how many requests may be predicted together, 1 to ${largestBatch}.`,
  );
}

/**
 * Loads the models of a folder as an image version does with that environment.
 * @throws ModelError when there is none that it can serve, with what to do about it
 */
export function loadBuiltInModel(
  algorithm: AnyServedAlgorithm,
  version: string,
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): BuiltInModel {
  const serving = algorithm.serving(version, environment);
  if ("instead" in serving)
    throw new ModelError(`${serving.what}${serving.kind === "not-built" ? " is not built" : ""}; ${serving.instead}.`);
  for (const warning of serving.warnings) console.log(`WARNING: ${warning}`);
  const invoke = createInvoker(algorithm, version, serving, readModels(algorithm, folder, serving));
  const { mostPayloadBytes } = serving;
  return { mostPayloadBytes, invoke, mostTogether: mostTogetherOf(environment[togetherVariable]) };
}

/** Reads the models of the model folder: the files that the algorithm takes for models, folders aside. */
function readModels(algorithm: AnyServedAlgorithm, folder: string, serving: Serving<unknown>): unknown[] {
  const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  const files = serving.modelFiles(names);
  if (files.length === 0)
    throw new ModelError(`The model data holds no model: ${names.length ? names.join(", ") : "no file"} at its top.`);
  return files.map((file) => {
    try {
      return algorithm.load(readFileSync(join(folder, file)));
    } catch (error) {
      if (!(error instanceof ModelError) || (files.length === 1 && file === algorithm.modelFile)) throw error;
      throw new ModelError(`${file}: ${error.message}${files.length > 1 ? ` ${serving.otherFiles}` : ""}`);
    }
  });
}
