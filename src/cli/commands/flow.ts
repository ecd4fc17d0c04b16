import { readFile } from "node:fs/promises";
import { analysisCatalogue, catalogue } from "../../prep/catalogue.ts";
import { type CheckedNode, checkFlow } from "../../prep/flows/check-flow.ts";
import { fillParameters } from "../../prep/flows/fill-parameters.ts";
import { type Flow, FlowFault, nodeWords } from "../../prep/flows/flow.ts";
import { readFlow } from "../../prep/flows/read-flow.ts";
import { createApiClient } from "../api-client.ts";
import { type Arguments, CommandError, defineCommand } from "../define-command.ts";
import { didYouMean } from "../did-you-mean.ts";
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

const actions = ["check", "explain", "run"];

export const flow = defineCommand({
  name: "flow",
  summary: "Looks at a flow of Data Wrangler, says what its steps do and what is wrong with it, or runs it.",
  options: {
    source: { value: "NAME=S3-URI,...", words: "run: where sources are; else where the flow says" },
    output: { value: "S3-URI", words: "run: where outputs go; else a bucket of the account that is made for it" },
    parameter: { value: "NAME=VALUE,...", words: "run: values of the flow's parameters" },
    role: { value: "ARN", words: "run: as whom; else SageMakerRole" },
    refit: { words: "run: learns anew, from all rows, what the flow has learned" },
  },
  words: "ACTION FILE",
  notes: `ACTION is check (says what cannot be done, with the node, the value and what to do), explain (the steps in the order in which
they are done) or run (a processing job on the running server, whose log is shown; Ctrl-C stops it). Without destinations, the
rows of all steps that no other reads are written. The exit code is 0 when nothing is wrong, else 1.`,
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
      const look = looks[action];
      return look ? look(read, checkFlow(read, catalogue, analysisCatalogue), file) : await runIt(read, text, given);
    } catch (error) {
      if (error instanceof FlowFault) throw new CommandError(error.message);
      throw error;
    }
  },
});

async function runIt(read: Flow, text: string, given: Arguments): Promise<number> {
  const { output, parameter, role, source } = given.options;
  const overrides = pairsOf("parameter", parameter);
  const filled = fillParameters(read, overrides, Date.now());
  const stopping = new AbortController();
  process.on("SIGINT", () => stopping.abort());
  process.on("SIGTERM", () => stopping.abort());
  const options = {
    text,
    role,
    output,
    sources: pairsOf("source", source),
    arguments: [
      ...Object.entries(overrides).flatMap(([name, value]) => ["--parameter-override", `${name}=${value}`]),
      ...(given.switches.has("refit") ? ["--refit-trained-params", '{"refit": true}'] : []),
    ],
  };
  const api = createApiClient(needServer(settingsOf(given)), process.env);
  for (const place of await runFlowJob(filled, options, api, stopping.signal)) console.log(`Output: ${place}`);
  return 0;
}

/** "a=1,b=2" */
function pairsOf(option: string, text = ""): Readonly<Record<string, string>> {
  const parts = text === "" ? [] : text.split(",");
  return Object.fromEntries(
    parts.map((part) => {
      const at = part.indexOf("=");
      if (at < 1)
        throw new CommandError(`--${option} is "${text}"; give NAME=VALUE, several with commas between them.`, 2);
      return [part.slice(0, at), part.slice(at + 1)];
    }),
  );
}
