import { FlowFault, type FlowNode } from "./flow.ts";

/** Returns the nodes so that each comes after those it reads, else in the order of the file. @throws FlowFault for a circle */
export function orderNodes(nodes: readonly FlowNode[]): readonly FlowNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ordered: FlowNode[] = [];
  const state = new Map<string, "entered" | "done">();
  // No recursion: a flow may be a chain of many thousand steps.
  for (const start of nodes) {
    const path: { readonly node: FlowNode; next: number }[] = [];
    const enter = (node: FlowNode) => {
      state.set(node.id, "entered");
      path.push({ node, next: 0 });
    };
    if (!state.has(start.id)) enter(start);
    while (path.length > 0) {
      const top = path.at(-1)!;
      const input = top.node.inputs[top.next++];
      if (input === undefined) {
        state.set(top.node.id, "done");
        ordered.push(top.node);
        path.pop();
        continue;
      }
      const found = state.get(input.node);
      if (found === "entered") {
        const circle = path.slice(path.findIndex(({ node }) => node.id === input.node)).map(({ node }) => node.id);
        throw new FlowFault([
          `The flow goes in a circle: ${[...circle, input.node].reverse().join(" -> ")}. Take one of these inputs away.`,
        ]);
      }
      if (found === undefined) enter(byId.get(input.node)!);
    }
  }
  return ordered;
}
