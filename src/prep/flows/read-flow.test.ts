import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fillParameters } from "./fill-parameters.ts";
import { readLossless, writeLossless } from "./lossless-json.ts";
import { readFlow } from "./read-flow.ts";

const node = (id: string, inputs: readonly string[] = [], more = {}) => ({
  node_id: id,
  type: inputs.length > 0 ? "TRANSFORM" : "SOURCE",
  operator: inputs.length > 0 ? "sagemaker.spark.manage_rows_0.1" : "sagemaker.s3_source_0.1",
  parameters: {},
  inputs: inputs.map((input) => ({ name: "df", node_id: input, output_name: "default" })),
  outputs: [{ name: "default" }],
  ...more,
});
const flowOf = (...nodes: readonly object[]): string => JSON.stringify({ metadata: { version: 1 }, nodes });

describe("a flow", () => {
  it("has its nodes in the order in which they can be done", () => {
    const { nodes } = readFlow(flowOf(node("c", ["b", "a"]), node("b", ["a"]), node("a")));
    expect(nodes.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });

  it("may be a chain of many steps", () => {
    const chain = Array.from({ length: 20_000 }, (_, index) => node(`n${index}`, index === 0 ? [] : [`n${index - 1}`]));
    expect(readFlow(flowOf(...chain.toReversed())).nodes).toHaveLength(20_000);
  });

  it.each([
    ["no JSON", "{", /The file is no JSON/],
    ["no flow", "[]", /it has no list "nodes"/],
    ["another version", JSON.stringify({ metadata: { version: 2 }, nodes: [] }), /version 2; version 1 is read here/],
    [
      "a circle",
      flowOf(node("a", ["c"]), node("b", ["a"]), node("c", ["b"])),
      /goes in a circle: a -> b -> c -> a|b -> c -> a -> b|c -> a -> b -> c/,
    ],
    ["itself", flowOf(node("a", ["a"])), /goes in a circle: a -> a/],
    [
      "a missing node",
      flowOf(node("first"), node("b", ["frist"])),
      /The node b reads the node "frist", .* was first meant/,
    ],
    [
      "a missing output",
      flowOf(node("a"), { ...node("b", ["a"]), inputs: [{ node_id: "a", output_name: "Train" }] }),
      /reads the output "Train" of the node a; its outputs are default/,
    ],
    ["the same node twice", flowOf(node("a"), node("a")), /Two nodes have the node_id "a"/],
    ["a node without a name", flowOf({ type: "SOURCE" }), /Node 1 of the flow has no text "node_id"/],
    ["a type of its own", flowOf(node("a", [], { type: "MAGIC" })), /the type "MAGIC"; the types are SOURCE/],
    [
      "wrong sampling",
      flowOf(
        node("a", [], {
          outputs: [{ name: "default", sampling: { sampling_method: "sample_by_ratio", sample_ratio: 2 } }],
        }),
      ),
      /sampling of the node a/,
    ],
  ])("with %s is refused in words", (_, text, message) => {
    expect(() => readFlow(text)).toThrow(message);
  });

  it("keeps every digit and every member that it does not know", () => {
    const text = '{"metadata":{"version":1,"own":{"x":1.0}},"nodes":[],"extra":[-1767228197713558300,1e2,0.10]}';
    expect(writeLossless(readFlow(text).file)).toBe(text);
  });

  it("has values in place of its parameters", () => {
    const source = node("a", [], { parameters: { uri: "s3://{{bucket}}/{{ day }}/x", code: "f'{{other}}'" } });
    const text = JSON.stringify({
      nodes: [source],
      parameters: [
        { name: "bucket", type: "String", value: "here" },
        { name: "day", type: "Number", value: 1 },
      ],
    });
    const filled = fillParameters(readFlow(text), { day: "7" });
    expect(filled.nodes[0]!.parameters).toEqual({ uri: "s3://here/7/x", code: "f'{{other}}'" });
    expect(() => fillParameters(readFlow(text), { dya: "7" })).toThrow(/no parameter "dya"; was day meant/);
    expect(() => fillParameters(readFlow(text), { day: "monday" })).toThrow(/day is "monday"; give a number/);
  });
});

const shared = join(import.meta.dirname, "../../../../shared/data/flows");
describe.skipIf(!existsSync(shared))("flows that others wrote (../shared/data/flows)", () => {
  for (const name of globSync("*{.flow,_flow_template}", { cwd: shared }).sort())
    it(name, () => {
      const text = readFileSync(join(shared, name), "utf8");
      const flow = readFlow(text);
      const original = name.endsWith("_template") ? text.replaceAll("$$", "$") : text;
      expect(flow.nodes.length).toBe((JSON.parse(original) as { nodes: unknown[] }).nodes.length);
      // Normalized: without blanks between members.
      expect(writeLossless(flow.file)).toBe(writeLossless(readLossless(original)));
      expect(JSON.parse(writeLossless(flow.file))).toEqual(JSON.parse(original));
      const bare = (json: string) =>
        json.replaceAll(/"(?:[^"\\]|\\.)*"|\s+/g, (part) =>
          part.startsWith('"') ? JSON.stringify(JSON.parse(part)) : "",
        );
      expect(writeLossless(flow.file)).toBe(bare(original));
    });
});
