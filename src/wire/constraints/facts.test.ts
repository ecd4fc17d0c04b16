import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readServiceModel, type Slot, type StructureShape } from "../schema.ts";
import { wireServices } from "../wire-services.ts";
import { createFactFinder, readFactFile } from "./facts.ts";
import type { ShapeFacts } from "./shape-facts.ts";

test("there is a file for each wire service", () => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".facts"));
  expect(files.sort()).toEqual(wireServices.map(({ id }) => `${id}.facts`).sort());
});

describe.each(wireServices.map((service) => ({ id: service.id, service })))("$id", ({ id, service }) => {
  const { load, targetPrefix, query, rest, rpcV2Cbor } = service;
  const [title, ...lines] = readFileSync(join(import.meta.dirname, `${id}.facts`), "utf8")
    .trimEnd()
    .split("\n");

  test("the file names the botocore it was made from", () => {
    expect(title).toMatch(/ from the model in botocore \d+\.\d+\.\d+ /);
  });

  test("every line of the file is found, and nothing else", () => {
    const file = readFactFile(id);
    const find = (kind: string, name: string) => (kind === "shape" ? file.shape(name) : file.structure(name));
    for (const line of lines.filter((line) => !/^(protocol|operation) /.test(line))) {
      const [, kind, name, json] = /^(shape|structure) (\w+) (.+)$/.exec(line)!;
      expect(find(kind!, name!), line).toEqual(JSON.parse(json!));
      expect(find(kind!, `${name}_`)).toBeUndefined();
    }
    expect([file.shape(""), file.shape("~"), file.structure(""), file.structure("~")]).toEqual(
      Array(4).fill(undefined),
    );
  });

  test("every protocol that AWS declares is spoken", () => {
    const rests = { restJson1: "rest-json", restXml: "rest-xml" };
    const spoken = [
      targetPrefix && "json",
      query && (query.older ? undefined : "query"),
      rest && rests[rest.protocol],
      rpcV2Cbor && "smithy-rpc-v2-cbor",
    ];
    expect(readFactFile(id).protocols()).toEqual(spoken.filter((name) => name !== undefined));
  });

  test("every operation of the client has facts", async () => {
    const known = readFactFile(id).operations();
    const { operations } = readServiceModel(await load());
    expect([...operations.keys()].filter((name) => !known.includes(name))).toEqual([]);
  });

  // Every number has at least one fact, its kind. A number without one shows that the model and the schema use
  // different names for a shape.
  test("facts are found under the names of the client's schemas", async () => {
    const { operations, errors } = readServiceModel(await load());
    const facts = createFactFinder(id);
    const seen = new Set<StructureShape>();
    const missed: string[] = [];
    const visit = ({ shape }: Slot, own: ShapeFacts, place: string): void => {
      if (shape.kind === "structure") visitStructure(shape);
      else if (shape.kind === "list") visit(shape.element, facts.named(own.element), place);
      else if (shape.kind === "map") visit(shape.value, facts.named(own.value), place);
      else if (shape.kind === "number" && own.number === undefined) missed.push(place);
    };
    const visitStructure = (shape: StructureShape): void => {
      if (seen.has(shape)) return;
      seen.add(shape);
      for (const member of shape.members) {
        visit(member, facts.ofMember(shape.name, member.name), `${shape.name}.${member.name}`);
      }
    };
    for (const { input, output } of operations.values())
      for (const part of rpcV2Cbor ? [input, output] : [input]) visitStructure(part);
    if (rpcV2Cbor) for (const { shape } of errors.values()) visitStructure(shape);
    expect(missed).toEqual([]);
  });
});
