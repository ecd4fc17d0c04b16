import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createFactFinder } from "../../../src/wire/constraints/facts.ts";
import type { Shape, StructureShape } from "../../../src/wire/schema.ts";
import { operationOf } from "../api/command.ts";
import { languages } from "../calls/lines.ts";
import { fitInput } from "../form/fit-input.ts";
import { problemFinder } from "../form/form-state.ts";
import { fieldPath, placeOf } from "../form/place-of.ts";
import { readDraft } from "../form/read-draft.ts";
import { withRequired } from "../form/with-required.ts";
import { resources } from "../frame/screens.gen.ts";
import { actionsOf } from "./actions-of.ts";
import type { Resource } from "./define-resource.ts";
import type { FormField, FormGroup } from "./form-group.ts";
import { listRequest } from "./list-request.ts";

/** Whether a path leads to something in a shape; what is in a map has any name. */
function leads(shape: Shape, path: string): boolean {
  let at: Shape = shape;
  for (const step of path.split(".")) {
    if (at.kind === "map") return true;
    if (at.kind !== "structure") return false;
    const member = at.members.find(({ name }) => name === step);
    if (!member) return false;
    at = member.shape;
  }
  return true;
}

/** The structure of a list's documents. */
function itemOf({ list, search, expand, itemsIn = expand?.itemsIn }: Resource): StructureShape {
  const { output } = operationOf(expand?.command ?? list);
  const { shape } = output.members.find((member) =>
    itemsIn ? member.name === itemsIn : member.shape.kind === "list" && member.shape.element.shape.kind === "structure",
  )!;
  const item = (shape as { element: { shape: StructureShape } }).element.shape;
  return search ? (item.members.find(({ name }) => name === search.resource)!.shape as StructureShape) : item;
}

function detailOf(resource: Resource): StructureShape {
  if (!resource.describe) return itemOf(resource);
  const { output } = operationOf(resource.describe);
  if (!resource.inside) return output;
  return output.members.find(({ name }) => name === resource.inside)!.shape as StructureShape;
}

/** A draft with a text in every field of a form, as it is typed there. */
function typed(shape: Shape, text: string, above: readonly Shape[] = []): unknown {
  if (above.includes(shape)) return undefined;
  const inner = (one: Shape) => typed(one, text, [...above, shape]);
  if (shape.kind === "structure") return Object.fromEntries(shape.members.map((one) => [one.name, inner(one.shape)]));
  if (shape.kind === "list") return [inner(shape.element.shape)];
  if (shape.kind === "map") return [[text, text]];
  return shape.kind === "boolean" ? true : text;
}

/** Fields that the schema has no place for. */
function strayFields(input: StructureShape, groups: readonly FormGroup[], service: string): string[] {
  const facts = createFactFinder(service as "sagemaker");
  const strays: string[] = [];
  for (const field of groups.flatMap((group) => group.fields) as readonly (string | FormField)[]) {
    const path = fieldPath(field);
    const place = placeOf(input, path, facts);
    if (!place) strays.push(path);
    const inner = typeof field === "string" ? [] : (field.fields ?? []);
    const { shape } = place?.slot ?? {};
    for (const one of inner) {
      const element = shape?.kind === "list" ? shape.element.shape : undefined;
      if (element?.kind !== "structure" || !placeOf(element, fieldPath(one), facts))
        strays.push(`${path}.*.${fieldPath(one)}`);
    }
  }
  return strays;
}

describe.for(resources.map((entry) => [entry.path, entry] as const))("%s", ([path, entry]) => {
  test("names only members that its operations have", async () => {
    const resource = await entry.load();
    const item = itemOf(resource);
    const detail = detailOf(resource);
    const listed = [resource.name, resource.status].filter((one) => one !== undefined) as string[];
    const columns = resource.columns.map((column) => (typeof column === "string" ? column : (column.member as string)));
    const absent = [...listed, ...columns].filter((one) => !leads(item, one));
    const shown = [...listed, ...(resource.arn ? [resource.arn as string] : [])];
    const sections = resource.sections.flatMap(({ members }) => members as readonly string[]);
    absent.push(...[...shown, ...sections].filter((one) => !leads(detail, one)));
    const { input } = operationOf(resource.list);
    const filtered = resource.search ? item : input;
    absent.push(...(resource.filters ?? []).map(({ member }) => member).filter((one) => !leads(filtered, one)));
    if (resource.create)
      absent.push(...strayFields(operationOf(resource.create).input, resource.form ?? [], resource.service.id));
    for (const { command, form } of actionsOf(resource))
      if (command && form) absent.push(...strayFields(operationOf(command).input, form, resource.service.id));
    expect(absent).toEqual([]);
    expect(listRequest(resource).input({ filters: {} }, 100)).toBeTypeOf("object");
  });

  test("starts its form with values that the operation takes", async () => {
    const resource = await entry.load();
    if (!resource.create || !resource.start) return;
    const { input } = operationOf(resource.create);
    const start = resource.start();
    expect(fitInput(input, start)).toEqual(JSON.parse(JSON.stringify(start)));
    const find = problemFinder(input, createFactFinder(resource.service.id as "sagemaker"));
    const problems = [...find(withRequired(input, start))].filter(([, words]) => words !== "This is required.");
    expect(problems).toEqual([]);
  });

  test("asks in its form for all that is required", async () => {
    const resource = await entry.load();
    if (!resource.create) return;
    const { input } = operationOf(resource.create);
    const fields = (resource.form ?? [])
      .flatMap((group) => group.fields as readonly (string | FormField)[])
      .map(fieldPath);
    const find = problemFinder(input, createFactFinder(resource.service.id as "sagemaker"));
    const given = withRequired(input, resource.start?.());
    const missing = [...find(given)].filter(([, words]) => words === "This is required.").map(([one]) => one);
    const unasked = missing.filter((one) => !fields.some((field) => one === field || one.startsWith(`${field}.`)));
    expect(unasked).toEqual([]);
  });

  test("takes whatever is typed, or says at a field why not", async () => {
    const resource = await entry.load();
    const facts = createFactFinder(resource.service.id as "sagemaker");
    const commands = [resource.create, ...actionsOf(resource).map(({ form, command }) => form && command)];
    for (const command of commands.filter((one) => one !== undefined)) {
      const { input, name } = operationOf(command);
      const find = problemFinder(input, facts);
      for (const text of ["12", "{}[] 'é\"\\ 名前😀", "[1,", " ", "2026-02-30", "x".repeat(100_000)]) {
        const read = readDraft(input, facts, typed(input, text) as object);
        const problems = [...read.problems.keys(), ...find(withRequired(input, read.input)).keys()];
        const lost = problems.filter((path) => !placeOf(input, path, facts) && !leads(input, path));
        expect(lost, `${name} with ${text.slice(0, 20)}`).toEqual([]);
        const operation = { name, input, output: input };
        for (const language of languages) language.write(resource.service, [{ operation, input: read.input }]);
      }
    }
  });

  test("is told from others by its address", () => {
    expect(path).toMatch(/^[a-z\d-]+$/);
  });
});

test("a declaration is short: half of them have at most 60 lines", () => {
  const folder = join(import.meta.dirname, "..", "resources");
  const lengths = globSync("*.tsx", { cwd: folder })
    .map((file) => readFileSync(join(folder, file), "utf8").trimEnd().split("\n").length)
    .sort((one, other) => one - other);
  expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(60);
});
