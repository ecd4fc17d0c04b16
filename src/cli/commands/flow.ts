import { readFile } from "node:fs/promises";
import { catalogue } from "../../prep/catalogue.ts";
import { type CheckedNode, checkFlow } from "../../prep/flows/check-flow.ts";
import { type Flow, FlowFault, nodeWords } from "../../prep/flows/flow.ts";
import { readFlow } from "../../prep/flows/read-flow.ts";
import { CommandError, defineCommand } from "../define-command.ts";
import { didYouMean } from "../did-you-mean.ts";

const actions: Readonly<Record<string, (flow: Flow, nodes: readonly CheckedNode[], file: string) => number>> = {
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

export const flow = defineCommand({
  name: "flow",
  summary: "Looks at a flow of Data Wrangler: what each of its steps does, and what is wrong with it.",
  options: {},
  words: "ACTION FILE",
  notes: `ACTION is check (says what cannot be done, with the node, the value and what to do) or explain (the steps in the order in which
they are done). No data is read. A flow is run as a processing job under the image sagemaker-data-wrangler-container. The exit
code is 0 when nothing is wrong, else 1.`,
  async run({ words: [action = "", file, ...more] }) {
    const act = Object.hasOwn(actions, action) ? actions[action] : undefined;
    const names = Object.keys(actions);
    if (!act)
      throw new CommandError(`ACTION is ${names.join(" or ")}, not "${action}".${didYouMean(action, names)}`, 2);
    if (file === undefined || more.length > 0) throw new CommandError(`${action} takes one FILE.`, 2);
    const text = await readFile(file, "utf8").catch((error: Error) => {
      throw new CommandError(`${file} cannot be read: ${error.message}`, 2);
    });
    try {
      const read = readFlow(text);
      return act(read, checkFlow(read, catalogue), file);
    } catch (error) {
      if (error instanceof FlowFault) throw new CommandError(error.message);
      throw error;
    }
  },
});
