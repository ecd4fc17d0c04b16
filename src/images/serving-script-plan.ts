import { parseS3Location, type S3Location } from "../aws/s3-location.ts";
import type { EnvironmentProblem } from "../ml/define-algorithm.ts";

/** What the variables of a model's environment say of the script that serves it. */
export interface ScriptSettings {
  /** The file of the script in its folder; `named`: the environment names it, so it must be there. */
  readonly program: string;
  readonly named: boolean;
  /** SAGEMAKER_SUBMIT_DIRECTORY: a folder below /opt/ml, or an archive in S3. */
  readonly source?: string | (S3Location & { readonly url: string });
  /** Absent: as many as the instance has cores. */
  readonly workers?: number;
  readonly answerSeconds: number;
}

/** The file that AWS's inference toolkit looks for. */
const usualProgram = "inference.py";
/** An invocation may take as long. */
const usualSeconds = 60;

export function scriptSettings(environment: Readonly<Record<string, string>>): ScriptSettings | EnvironmentProblem {
  const given = (name: string) => environment[name]?.trim() || undefined;
  const program = given("SAGEMAKER_PROGRAM") ?? usualProgram;
  if (program.startsWith("/") || program.split("/").includes(".."))
    return value("SAGEMAKER_PROGRAM", program, "the path of a file inside the source folder");
  const source = sourceOf(given("SAGEMAKER_SUBMIT_DIRECTORY"));
  if (source !== undefined && typeof source === "object" && "kind" in source) return source;
  const numbers: { workers?: number; seconds?: number } = {};
  for (const [member, name] of [
    ["workers", "SAGEMAKER_MODEL_SERVER_WORKERS"],
    ["seconds", "SAGEMAKER_MODEL_SERVER_TIMEOUT"],
  ] as const) {
    const text = given(name);
    if (text === undefined) continue;
    if (!/^[1-9]\d{0,5}$/.test(text)) return value(name, text, "a whole number from 1");
    numbers[member] = Number(text);
  }
  return {
    program,
    named: given("SAGEMAKER_PROGRAM") !== undefined,
    ...(source === undefined ? {} : { source }),
    ...(numbers.workers === undefined ? {} : { workers: numbers.workers }),
    answerSeconds: numbers.seconds ?? usualSeconds,
  };
}

function sourceOf(text: string | undefined): ScriptSettings["source"] | EnvironmentProblem {
  if (text === undefined) return undefined;
  const folder = text.replace(/^file:\/\//, "");
  if (/^\/opt\/ml(\/|$)/.test(folder) && !folder.split("/").includes("..")) return folder;
  const location = parseS3Location(text);
  if (location?.key) return { ...location, url: text };
  return value("SAGEMAKER_SUBMIT_DIRECTORY", text, "s3://BUCKET/KEY of an archive, or a folder below /opt/ml");
}

const value = (name: string, text: string, allowed: string): EnvironmentProblem => ({
  kind: "value",
  what: `Environment ${name} is ${JSON.stringify(text)}`,
  instead: `give ${allowed}`,
});
