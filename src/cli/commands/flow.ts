import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { analysisCatalogue, catalogue } from "../../prep/catalogue.ts";
import { type CheckedNode, checkFlow } from "../../prep/flows/check-flow.ts";
import { fillParameters } from "../../prep/flows/fill-parameters.ts";
import { type Flow, FlowFault, nodeWords } from "../../prep/flows/flow.ts";
import { readFlow } from "../../prep/flows/read-flow.ts";
import { createApiClient } from "../api-client.ts";
import { type Arguments, CommandError, defineCommand } from "../define-command.ts";
import { didYouMean } from "../did-you-mean.ts";
import { exportFlow, exportForms, jobArguments } from "../flow/export-flow.ts";
import { doFlowHere, flowPython } from "../flow/flow-here.ts";
import { isInS3, pairsOf, sourcesHere, wantedOutputs } from "../flow/flow-options.ts";
import { runFlowJob } from "../flow/run-flow-job.ts";
import { needServer, settingsOf } from "../running-server.ts";

const looks: Readonly<Record<string, (flow: Flow, nodes: readonly CheckedNode[], file: string) => number>> = {
  check(flow, nodes, file) {
    const problems = nodes.flatMap(({ node, problem }) => (problem ? `In ${nodeWords(node)}: ${problem}` : []));
    for (const problem of problems) console.error(problem);
    for (const { node, notes } of nodes) for (const note of notes) console.log(`In ${nodeWords(node)}: ${note}`);
    const count = `${flow.nodes.length} ${flow.nodes.length === 1 ? "node" : "nodes"}`;
    console.log(
      problems.length === 0
        ? `${file}: ${count}, nothing is wrong.`
        : `${file}: ${count}, ${problems.length} cannot be done.`,
    );
    return problems.length === 0 ? 0 : 1;
  },

  explain({ nodes: flowNodes }, nodes) {
    const places = new Map(flowNodes.map(({ id }, index) => [id, index + 1]));
    for (const [index, { how, node, problem }] of nodes.entries()) {
      const from = node.inputs.map(
        ({ node: id, output }) => `${places.get(id)}${output === "default" ? "" : ` (${output})`}`,
      );
      console.log(`${index + 1}. ${nodeWords(node)}`);
      console.log(`   ${problem ?? how}${from.length > 0 ? `; reads ${from.join(" and ")}` : ""}`);
    }
    return nodes.some(({ problem }) => problem !== undefined) ? 1 : 0;
  },
};

const actions = ["check", "explain", "run", "export"];

export const flow = defineCommand({
  name: "flow",
  summary: "Looks at a flow of Data Wrangler, says what its steps do and what is wrong with it, runs or exports it.",
  options: {
    source: {
      value: "NAME=PLACE,...",
      words: "run, export: where sources are, in S3 or files; else where the flow says",
    },
    output: {
      value: "PLACE",
      words: "run: where outputs go, in S3 or a folder; else a bucket that is made for it. export: the file",
    },
    parameter: { value: "NAME=VALUE,...", words: "run, export: values of the flow's parameters" },
    node: { value: "NODE", words: "run, export: the step whose rows are wanted, by its id or name, or NODE.OUTPUT" },
    here: { words: "run: on this machine without a server, as it is where a source is a file" },
    refit: { words: "run, export: learns anew, from all rows, what the flow has learned" },
    role: { value: "ARN", words: "run, export: as whom a job runs; else SageMakerRole" },
    to: { value: "FORM", words: `export: ${exportForms.join(", ")}` },
    target: { value: "COLUMN", words: "export to transform: the column to predict, which requests do not have" },
    without: { value: "COLUMN,...", words: "export to transform: further columns that answers do not have" },
    python: { value: "PROGRAM", words: "run here, export: the Python for code of the flow; else that of jobs" },
  },
  words: "ACTION FILE",
  notes: `ACTION is check (says what cannot be done, with the node, the value and what to do), explain (the steps in the order in which
they are done), run (a processing job on the running server, whose log is shown; Ctrl-C stops it) or export (the flow in
another form). Without destinations, the rows of all steps that no other reads are written. Where the rows of sources are
needed on this machine, a file of a source's name beside the flow is taken for it. The exit code is 0 when nothing is wrong,
else 1.`,
  async run(given) {
    const [action = "", file, ...more] = given.words;
    if (!actions.includes(action))
      throw new CommandError(
        `ACTION is one of ${actions.join(", ")}, not "${action}".${didYouMean(action, actions)}`,
        2,
      );
    if (file === undefined || more.length > 0) throw new CommandError(`${action} takes one FILE.`, 2);
    const text = await readFile(file, "utf8").catch((error: Error) => {
      throw new CommandError(`${file} cannot be read: ${error.message}`, 2);
    });
    try {
      const read = readFlow(text);
      if (action === "export") return await exportFlow(read, text, file, given);
      const look = looks[action];
      return look
        ? look(read, checkFlow(read, catalogue, analysisCatalogue), file)
        : await runIt(read, text, file, given);
    } catch (error) {
      if (error instanceof FlowFault) throw new CommandError(error.message);
      throw error;
    }
  },
});

async function runIt(read: Flow, text: string, file: string, given: Arguments): Promise<number> {
  const { node, output, parameter, role, source } = given.options;
  const overrides = pairsOf("parameter", parameter);
  const filled = fillParameters(read, overrides, Date.now());
  const sources = pairsOf("source", source);
  const places = Object.values(sources);
  if (given.switches.has("here") || places.some((place) => !isInS3(place))) return runHere(filled, file, given);
  const stopping = new AbortController();
  process.on("SIGINT", () => stopping.abort());
  process.on("SIGTERM", () => stopping.abort());
  const options = {
    text,
    role,
    output,
    sources,
    ...(node !== undefined && { outputs: wantedOutputs(read, node) }),
    arguments: jobArguments(overrides, given.switches.has("refit")),
  };
  const api = createApiClient(needServer(settingsOf(given)), process.env);
  for (const place of await runFlowJob(filled, options, api, stopping.signal)) console.log(`Output: ${place}`);
  return 0;
}

async function runHere(filled: Flow, file: string, given: Arguments): Promise<number> {
  const { node, output = `${basename(file).replace(/\.flow$/, "")}-output`, python } = given.options;
  if (isInS3(output))
    throw new CommandError(`The flow runs on this machine, and --output is ${output}; give a folder.`, 2);
  const wanted = wantedOutputs(filled, node);
  return doFlowHere({
    ...{ file, wanted, parameters: pairsOf("parameter", given.options.parameter) },
    sources: sourcesHere(filled, wanted, file, pairsOf("source", given.options.source)),
    python: await flowPython(filled, python, settingsOf(given)),
    refit: given.switches.has("refit"),
    does: { kind: "run", folder: output },
  });
}
