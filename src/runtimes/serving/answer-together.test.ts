import fc from "fast-check";
import { expect, it } from "vitest";
import { xgboost } from "../../ml/algorithms/xgboost/xgboost.ts";
import { createCsvReader } from "../../ml/data/csv.ts";
import type { Serving } from "../../ml/define-algorithm.ts";
import { createInvoker, type Invocation } from "./invocation.ts";

async function invokerOf(objective: Record<string, string>, environment = {}) {
  const reader = createCsvReader();
  const rows = "1,5,6\n0,1,2\n2,6,9\n1,5,1\n0,2,1\n".repeat(4);
  reader.read(new TextEncoder().encode(objective.num_class ? rows : rows.replaceAll("2,6,9", "1,6,9")), {
    file: "t",
    line: 1,
  });
  const { values } = xgboost.read({ num_round: "4", ...objective }, "1.7-1");
  const run = { log: () => {}, continues: async () => true };
  const model = await xgboost.train({ train: reader.labelled({ weighted: false }) }, values, run);
  const serving = xgboost.serving("1.7-1", environment) as Serving<unknown>;
  return createInvoker(xgboost, "1.7-1", serving, [model]);
}

const number = fc.oneof(fc.integer({ min: -9, max: 9 }).map(String), fc.constant(""));
const row = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(number, number).map((pair) => pair.join(",")) },
  { weight: 1, arbitrary: fc.constantFrom("", "1", "1,2,3", "a,b") },
);
const invocation: fc.Arbitrary<Invocation> = fc.record({
  body: fc.array(row, { maxLength: 4 }).map((rows) => Buffer.from(rows.join("\n"))),
  contentType: fc.constantFrom("text/csv", "text/csv; charset=utf-8", "", "image/png"),
  accept: fc.constantFrom("", "text/csv", "application/json", "image/png", "application/jsonlines"),
});

it.each([
  ["a number a row", { objective: "binary:logistic" }, {}],
  ["several", { objective: "multi:softprob", num_class: "3" }, {}],
  ["what is selected", { objective: "binary:logistic" }, { SAGEMAKER_INFERENCE_OUTPUT: "predicted_label,probability" }],
])("requests that are answered together get what each gets alone: %s", async (_, objective, environment) => {
  const invoke = await invokerOf(objective, environment);
  fc.assert(
    fc.property(fc.array(invocation, { maxLength: 12 }), (invocations) => {
      expect(invoke.together!(invocations)).toEqual(invocations.map((one) => invoke(one)));
    }),
    { numRuns: 300 },
  );
});
