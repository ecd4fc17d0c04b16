import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hyperparameterText } from "../../aws/hyperparameter-text.ts";
import type { ParamProblem } from "../../base/params.ts";
import type { AnyAlgorithm } from "../../ml/define-algorithm.ts";
import { ClientError } from "./client-error.ts";

/** A channel of inputdataconfig.json. For a channel without a content type the algorithm uses its default. */
export interface Channel {
  readonly name: string;
  readonly contentType?: string;
  /** Whether its data comes by pipes. */
  readonly isPiped: boolean;
}

/** The content of `/opt/ml/input/config`. */
export interface Configuration {
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly channels: readonly Channel[];
}

interface ChannelConfiguration {
  readonly ContentType?: string;
  readonly TrainingInputMode?: string;
}

/** Reads hyperparameters.json, inputdataconfig.json and resourceconfig.json; the last may be absent. */
export function readConfiguration(root: string): Configuration {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(root, "input/config", name), "utf8"));
  const hyperparameters = read("hyperparameters.json") as Record<string, unknown>;
  const channels = read("inputdataconfig.json") as Record<string, ChannelConfiguration>;
  checkHosts(() => read("resourceconfig.json") as { hosts?: string[] });
  return {
    hyperparameters: Object.fromEntries(
      Object.entries(hyperparameters).map(([name, value]) => [name, hyperparameterText(String(value))]),
    ),
    channels: Object.entries(channels).map(([name, { ContentType, TrainingInputMode }]) => ({
      name,
      isPiped: TrainingInputMode === "Pipe",
      ...(ContentType ? { contentType: ContentType } : {}),
    })),
  };
}

/** @throws ClientError that names everything that is wrong with the parsed hyperparameters */
export function checkHyperparameters(
  algorithm: AnyAlgorithm,
  parsed: { values: unknown; problems: readonly ParamProblem[] },
): void {
  const problems = parsed.problems.length ? parsed.problems : algorithm.combinationProblems(parsed.values as never);
  if (problems.length === 0) return;
  throw new ClientError(
    problemHeads
      .flatMap(({ kinds, head }) => {
        const messages = problems.filter(({ kind }) => kinds.includes(kind)).map(({ message }) => message);
        return messages.length ? [`${head}: ${messages.join(" ")}`] : [];
      })
      .join(" "),
  );
}

/** Distinguishes hyperparameters that are not built from unknown ones. */
const problemHeads: readonly { readonly kinds: readonly ParamProblem["kind"][]; readonly head: string }[] = [
  { kinds: ["unknown"], head: "Additional hyperparameters are not allowed" },
  { kinds: ["missing", "value"], head: "Hyperparameters that cannot be used" },
  { kinds: ["not-built"], head: "Hyperparameters that AWS's image has and that are not built here yet" },
];

function checkHosts(read: () => { hosts?: string[] }): void {
  let hosts: readonly string[] = [];
  try {
    hosts = read().hosts ?? [];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  if (hosts.length > 1)
    throw new ClientError(`The job has ${hosts.length} hosts; this version trains on one. Set InstanceCount to 1.`);
}
