import type { EnvironmentProblem } from "../../define-algorithm.ts";
import type { ContainerVersion } from "./versions.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables of a model's environment that the container reads, as this version of the image understands them. */
export interface ServingSettings {
  /** The answer's type for a request without Accept. */
  readonly defaultAccept: string;
  /** SAGEMAKER_INFERENCE_OUTPUT, in its order. Absent: the predictions are answered. */
  readonly outputs?: readonly string[];
  readonly ensemble: boolean;
  /** SAGEMAKER_BATCH: text/csv rows as batch transform wants them. */
  readonly batch: boolean;
  readonly mostPayloadBytes: number;
  readonly warnings: readonly string[];
}

/** Answer types, and whether predictions have them too or only what SAGEMAKER_INFERENCE_OUTPUT selects. */
export const answerTypes = {
  "text/csv": { plain: true },
  "application/json": { plain: true },
  "application/jsonlines": { plain: false },
  "application/x-recordio-protobuf": { plain: false },
} as const satisfies Readonly<Record<string, { plain: boolean }>>;

export type AnswerType = keyof typeof answerTypes;

/** Returns the answer types of a server that selects outputs, or does not. */
export const answerTypesOf = (selects: boolean): readonly string[] =>
  Object.entries(answerTypes).flatMap(([type, { plain }]) => (plain || selects ? [type] : []));

/** Variables that ask for a model server of another kind. An empty value asks for nothing. */
export const otherServers: Readonly<Record<string, string>> = {
  SAGEMAKER_PROGRAM: "A serving script",
  SAGEMAKER_SUBMIT_DIRECTORY: "A serving script",
  SAGEMAKER_SERVING_MODULE: "Another serving module",
  SAGEMAKER_MULTI_MODEL: "A server of several models",
};

/** Variables that change how the container serves and not what it answers. */
export const withoutEffect: Readonly<Record<string, string>> = {
  SAGEMAKER_MODEL_SERVER_WORKERS: "one process answers",
  SAGEMAKER_MODEL_SERVER_TIMEOUT: "an invocation may take as long as InvokeEndpoint waits",
  SAGEMAKER_MODEL_SERVER_TIMEOUT_SECONDS: "an invocation may take as long as InvokeEndpoint waits",
  SAGEMAKER_USE_NGINX: "there is no server in front of the model server",
};

export const defaultPayloadBytes = 6 * 2 ** 20;

export function servingSettings(
  container: ContainerVersion,
  environment: Environment,
): ServingSettings | EnvironmentProblem {
  const given = (name: string) => environment[name] || undefined;
  for (const [name, what] of Object.entries(otherServers))
    if (given(name) && given(name) !== "false")
      return { kind: "not-built", what: `${what} (Environment ${name})`, instead: `leave out ${name}` };
  const warnings = Object.entries(withoutEffect).flatMap(([name, reason]) =>
    given(name) ? [`${name} has no effect: ${reason}.`] : [],
  );
  const unread = (name: string) => {
    if (environment[name] !== undefined)
      warnings.push(`${name} has no effect: this version of the image does not read it.`);
    return undefined;
  };

  const outputs = container.selectsOutput
    ? environment.SAGEMAKER_INFERENCE_OUTPUT?.replaceAll(" ", "").toLowerCase().split(",")
    : unread("SAGEMAKER_INFERENCE_OUTPUT");
  const readsAccept = container.readsAccept || outputs !== undefined;
  const accept = readsAccept
    ? environment.SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT
    : unread("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT");
  const types = answerTypesOf(outputs !== undefined);
  if (accept !== undefined && !types.includes(accept))
    return value("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", accept, `one of ${types.join(", ")}`);
  const payload = environment.MAX_CONTENT_LENGTH ?? String(defaultPayloadBytes);
  if (!/^\s*\+?\d+\s*$/.test(payload)) return value("MAX_CONTENT_LENGTH", payload, "a whole number of bytes");
  const ensemble = container.ensembles
    ? (environment.SAGEMAKER_INFERENCE_ENSEMBLE ?? "true")
    : unread("SAGEMAKER_INFERENCE_ENSEMBLE");
  return {
    defaultAccept: accept ?? "text/csv",
    ...(outputs ? { outputs } : {}),
    ensemble: ensemble === "true",
    batch: given("SAGEMAKER_BATCH") !== undefined,
    mostPayloadBytes: Math.min(Number(payload), container.mostPayloadBytes),
    warnings,
  };
}

const value = (name: string, text: string, allowed: string): EnvironmentProblem => ({
  kind: "value",
  what: `Environment ${name} is ${JSON.stringify(text)}`,
  instead: `give ${allowed}`,
});

export const isProblem = (settings: ServingSettings | EnvironmentProblem): settings is EnvironmentProblem =>
  "instead" in settings;
