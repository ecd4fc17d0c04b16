import { writeFile } from "node:fs/promises";
import { basename, dirname, relative, resolve } from "node:path";
import { type JobRequest, jobScript, pipelineScript } from "../../prep/flows/export/job-script.ts";
import { pipelineDefinition } from "../../prep/flows/export/pipeline-definition.ts";
import { fillParameters } from "../../prep/flows/fill-parameters.ts";
import type { Flow } from "../../prep/flows/flow.ts";
import { type LocalExport, localExports } from "../../prep/flows/flow-here-plan.ts";
import { flowJobRequest } from "../../prep/flows/flow-job-request.ts";
import { createApiClient } from "../api-client.ts";
import { type Arguments, CommandError } from "../define-command.ts";
import { didYouMean } from "../did-you-mean.ts";
import { needServer, settingsOf } from "../running-server.ts";
import { doFlowHere, flowPython } from "./flow-here.ts";
import { listOf, pairsOf, sourcesHere, wantedOutputs, wantedRows } from "./flow-options.ts";

export const exportForms = [...localExports, "job", "pipeline"] as const;

/** The file that an export has where no other is named. */
const endings: Readonly<Record<(typeof exportForms)[number], string>> = {
  python: ".py",
  notebook: ".ipynb",
  sql: ".sql",
  transform: ".tar.gz",
  job: "_job.py",
  pipeline: "_pipeline.py",
};

/** Writes a flow in another form, and gives the exit code. @throws CommandError */
export async function exportFlow(flow: Flow, text: string, file: string, given: Arguments): Promise<number> {
  const { output, to = "" } = given.options;
  const form = exportForms.find((one) => one === to);
  if (form === undefined)
    throw new CommandError(`--to is "${to}"; give one of ${exportForms.join(", ")}.${didYouMean(to, exportForms)}`, 2);
  const path = output ?? `${basename(file).replace(/\.flow$/, "")}${endings[form]}`;
  if (resolve(path) === resolve(file))
    throw new CommandError(`--output is ${path}, which is the flow itself; give another file.`, 2);
  const { target, without } = given.options;
  if (form !== "transform" && (target ?? without) !== undefined)
    throw new CommandError(
      `--${target === undefined ? "without" : "target"} is for --to transform; leave it out with --to ${form}.`,
      2,
    );
  const isLocal = (one: string): one is LocalExport => localExports.includes(one as LocalExport);
  return isLocal(form) ? exportHere(flow, file, form, path, given) : exportJob(flow, text, file, form, path, given);
}

async function exportHere(flow: Flow, file: string, to: LocalExport, path: string, given: Arguments): Promise<number> {
  const { node, parameter, python, source, target, without } = given.options;
  const parameters = pairsOf("parameter", parameter);
  const filled = fillParameters(flow, parameters, Date.now());
  const wanted = wantedRows(filled, node);
  return doFlowHere({
    ...{ file, parameters, wanted, refit: given.switches.has("refit") },
    sources: sourcesHere(filled, wanted, file, pairsOf("source", source)),
    python: await flowPython(filled, python, settingsOf(given)),
    does: { kind: "export", to, path, without: listOf(without), ...(target !== undefined && { target }) },
  });
}

/** Values of the flow's parameters and of its refit as arguments of a job. */
export const jobArguments = (parameters: Readonly<Record<string, string>>, refits: boolean): readonly string[] => [
  ...Object.entries(parameters).flatMap(([name, value]) => ["--parameter-override", `${name}=${value}`]),
  ...(refits ? ["--refit-trained-params", '{"refit": true}'] : []),
];

async function exportJob(
  flow: Flow,
  text: string,
  file: string,
  form: "job" | "pipeline",
  path: string,
  given: Arguments,
): Promise<number> {
  const { node, parameter, role, source } = given.options;
  const parameters = pairsOf("parameter", parameter);
  const name = basename(file)
    .replace(/\.flow$/, "")
    .replaceAll(/[^A-Za-z0-9-]+/g, "-");
  const isJson = path.endsWith(".json");
  // A script finds out where it runs; a request says it.
  const api = isJson ? createApiClient(needServer(settingsOf(given)), process.env) : undefined;
  const { account, region } = api ?? { account: "ACCOUNT", region: "us-east-1" };
  const bucket = `sagemaker-${region}-${account}`;
  const key = `data_wrangler_flows/${name}.flow`;
  const request: JobRequest = flowJobRequest(fillParameters(flow, parameters, Date.now()), {
    ...{ name, region },
    role: role ?? `arn:aws:iam::${account}:role/SageMakerRole`,
    flowUri: `s3://${bucket}/${key}`,
    outputUri: `s3://${bucket}/${name}/output`,
    sources: pairsOf("source", source),
    arguments: jobArguments(parameters, given.switches.has("refit")),
    outputs: wantedOutputs(flow, node),
  });
  if (api) {
    await api.makeBucket(bucket);
    await api.putObject(bucket, key, text);
    const definition = form === "job" ? request : pipelineDefinition(request);
    await writeFile(path, `${JSON.stringify(definition, undefined, 2)}\n`);
    console.log(`Wrote ${path}, and the flow to s3://${bucket}/${key}.`);
    return 0;
  }
  const job = {
    flowName: basename(file),
    flowPath: relative(dirname(resolve(path)), resolve(file)),
    request,
    ...(role !== undefined && { role }),
  };
  await writeFile(path, form === "job" ? jobScript(job) : pipelineScript(job, `data-wrangler-${name}`));
  console.log(`Wrote ${path}, which reads ${file}.`);
  return 0;
}
