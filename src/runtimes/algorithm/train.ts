import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { counted } from "../../base/counted.ts";
import { algorithmNamed } from "../../ml/algorithm-named.ts";
import { DataError } from "../../ml/data/data-error.ts";
import type { LabelledData } from "../../ml/data/matrix.ts";
import { tableBytes } from "../../ml/data/table-size.ts";
import type { AnyAlgorithm } from "../../ml/define-algorithm.ts";
import { mlRoot } from "../ml-root.ts";
import { mostTableBytes } from "../run-memory.ts";
import { ClientError } from "./client-error.ts";
import { checkHyperparameters, readConfiguration } from "./configuration.ts";
import { readChannel } from "./read-channel.ts";

/**
 * Trains a built-in algorithm under SageMaker's container contract: `node train.ts ALGORITHM VERSION`. Reads /opt/ml/input,
 * writes the model to /opt/ml/model and, when it fails, the reason to /opt/ml/output/failure. SIGTERM ends the training
 * after the current round; the model so far is kept.
 */
async function train(algorithm: AnyAlgorithm, version: string, root: string): Promise<void> {
  let isStopping = false;
  process.on("SIGTERM", () => {
    isStopping = true;
  });
  const { hyperparameters, channels } = readConfiguration(root);
  const channelNamed = (name: string) => channels.find((channel) => channel.name === name);
  const [trainChannel, validationChannel] = [channelNamed("train"), channelNamed("validation")];

  const { values, problems } = algorithm.read(hyperparameters, version);
  checkHyperparameters(algorithm, { values, problems });
  if (!trainChannel) {
    const names = channels.map(({ name }) => name).join(", ") || "no channel";
    throw new ClientError(`The channel train is required; the job has ${names}.`);
  }
  const extraneous = channels.find(({ name }) => !knownChannels.includes(name));
  if (extraneous)
    throw new ClientError(
      `Extraneous channel found: ${extraneous.name}. ${algorithm.name} takes the channels ${knownChannels.join(", ")}.`,
    );
  log(`INFO: Running ${algorithm.name} with ${JSON.stringify(hyperparameters)}`);

  const weightsInCsv = algorithm.data.weightsInCsv(values);
  const formats = algorithm.formats(version);
  const trainData = await readChannel(root, trainChannel, { formats, weightsInCsv, mostBytes: mostTableBytes, log });
  log(`INFO: Train matrix has ${sizeText(trainData)}`);
  const { rows, columns } = trainData.features;
  const left = mostTableBytes - tableBytes(rows, columns);
  const validation =
    validationChannel &&
    (await readChannel(root, validationChannel, { formats, weightsInCsv, columns, mostBytes: left, log }));
  if (validation) log(`INFO: Validation matrix has ${sizeText(validation)}`);

  const model = await algorithm.train({ train: trainData, validation }, values, {
    log,
    async continues() {
      await nextTurn();
      return !isStopping;
    },
  });
  writeModel(join(root, "model"), algorithm.modelFile, algorithm.save(model));
}

/** AWS's images take a channel of code with a script, and let it be without one. */
const knownChannels = ["train", "validation", "code"];

const sizeText = ({ features }: LabelledData): string =>
  `${counted(features.rows, "row")} and ${counted(features.columns, "column")}`;

const log = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Writes the model to another name first, so that it appears under its own name only when it is whole. */
function writeModel(folder: string, name: string, bytes: Uint8Array): void {
  mkdirSync(folder, { recursive: true });
  const partial = join(folder, `.${name}.partial`);
  try {
    writeFileSync(partial, bytes, { flush: true });
    renameSync(partial, join(folder, name));
  } finally {
    // Half a model, of a full disk, is not uploaded.
    rmSync(partial, { force: true });
  }
}

try {
  const [name = "", version = ""] = process.argv.slice(2);
  const algorithm = await algorithmNamed(name);
  if (!("train" in algorithm)) throw new Error(`${name} serves models and trains none`);
  await train(algorithm, version, mlRoot);
} catch (error) {
  const isClients = error instanceof ClientError || error instanceof DataError;
  const reason = isClients ? `ClientError: ${error.message}` : `AlgorithmError: ${(error as Error).message}`;
  console.error(isClients ? reason : error);
  mkdirSync(join(mlRoot, "output"), { recursive: true });
  writeFileSync(join(mlRoot, "output/failure"), reason);
  process.exitCode = 1;
}
