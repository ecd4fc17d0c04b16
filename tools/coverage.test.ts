import { join } from "node:path";
import { expect, test } from "vitest";
import { unproven } from "../conformance/unproven.ts";
import { readCoverage } from "./gen/coverage.ts";

const coverage = await readCoverage(join(import.meta.dirname, ".."));
const named = (list: (service: (typeof coverage)[number]) => readonly string[]) =>
  coverage.flatMap((service) => list(service).map((name) => `${service.id}.${name}`));

test("every answered operation is in its service's model and has constraint facts", () => {
  expect(named(({ answered, model }) => answered.filter((name) => !model.includes(name)))).toEqual([]);
  expect(named(({ withoutFacts }) => withoutFacts)).toEqual([]);
});

test("every answered operation is proven, or conformance/unproven.ts says why not", () => {
  const missing = named(({ answered, proven }) => answered.filter((name) => !proven.includes(name)));
  expect(missing.sort()).toEqual(Object.keys(unproven).sort());
});
