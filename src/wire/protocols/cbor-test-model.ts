import { Fault } from "../../aws/faults.ts";
import type { FactFinder, ShapeFacts } from "../constraints/shape-facts.ts";
import { readServiceModel } from "../schema.ts";
import { createCborProtocol } from "./cbor.ts";

/** For tests: a service as in Smithy's protocol tests for rpcV2Cbor, whose model is built here by hand. */
const [text, number, boolean, timestamp, blob, listOf, mapOf] = [0, 1, 2, 4, 21, 64, 128];
export const space = "smithy.protocoltests.rpcv2Cbor";
const structureOf = (name: string, members: Record<string, unknown>, kind = 3) => [
  kind,
  space,
  name,
  0,
  Object.keys(members),
  Object.values(members),
];
const named = (name: string) => structureOf(name, { hi: text });
const scalars = structureOf("Scalars", {
  trueBooleanValue: boolean,
  falseBooleanValue: boolean,
  byteValue: number,
  doubleValue: number,
  floatValue: number,
  integerValue: number,
  longValue: number,
  shortValue: number,
  stringValue: text,
  blobValue: blob,
});
const collections = structureOf("Collections", {
  stringList: listOf! + text!,
  integerList: listOf! + number!,
  booleanList: listOf! + boolean!,
  timestampList: listOf! + timestamp!,
  nestedStringList: [1, space, "Nested", 0, listOf! + text!],
  structureList: [1, space, "Structures", 0, structureOf("Pair", { a: text, b: text })],
  blobList: listOf! + blob!,
  denseStructMap: [2, space, "StructMap", 0, 0, named("GreetingStruct")],
  denseNumberMap: mapOf! + number!,
  denseBooleanMap: mapOf! + boolean!,
  denseSetMap: [2, space, "SetMap", 0, 0, listOf! + text!],
  sparseStringMap: mapOf! + text!,
  when: timestamp,
});
const operationOf = (name: string, shape: unknown) => [9, space, name, 0, shape, shape];
const tree: unknown[] = [];
tree.push(...structureOf("Tree", { Inside: () => tree }));
export const model = readServiceModel({
  scalars: operationOf("SimpleScalarProperties", () => scalars),
  collections: operationOf("Collections", () => collections),
  tree: operationOf("Tree", () => tree),
  nothing: operationOf("NoInputOutput", "unit"),
  greeting: structureOf("InvalidGreeting", { Message: text }, -3),
  complex: structureOf("ComplexError", { TopLevel: text, Nested: structureOf("NestedData", { Foo: text }) }, -3),
});
const kinds: Record<string, ShapeFacts> = {
  byteValue: { number: "integer" },
  floatValue: { number: "float" },
  integerValue: { number: "integer" },
  longValue: { number: "long" },
  shortValue: { number: "integer" },
  integerList: { element: "integerValue" },
  denseNumberMap: { value: "integerValue" },
};
const facts: FactFinder = {
  named: (shape) => kinds[shape ?? ""] ?? {},
  ofMember: (_structure, member) => kinds[member] ?? {},
};
export const protocol = createCborProtocol(undefined, facts);
export const request = (headers: Record<string, string> = { "content-type": "application/cbor" }) => ({
  method: "POST",
  path: "/",
  query: "",
  headers,
  labels: {},
});
export const codecOf = (operation: string) => protocol.compile(model.operations.get(operation)!);
export const scalarCodec = codecOf("SimpleScalarProperties");
export const collectionCodec = codecOf("Collections");
export const base64 = (body: string) => Buffer.from(body, "base64");
export const hex = (...body: string[]) => Buffer.from(body.join("").replaceAll(" ", ""), "hex");

/** Returns what a reader returns, or the fault in the form "Code: text". */
export function read(body: Uint8Array, codec = scalarCodec, headers?: Record<string, string>): unknown {
  try {
    return codec.readInput(request(headers), body);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return `${error.code}: ${error.message}`;
  }
}
/** Returns a map of one member, whose name is shorter than 24 and whose value is given in hex. */
export const one = (member: string, value: string): Buffer =>
  Buffer.concat([Buffer.from([0xa1, 0x60 + member.length]), Buffer.from(member), hex(value)]);
