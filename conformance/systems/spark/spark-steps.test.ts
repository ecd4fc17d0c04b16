import { afterAll, describe, expect, test } from "vitest";
import { formulaCases, formulaRow, formulasContract } from "../../../src/prep/sql/spark-formula/formulas.contract.ts";
import { examplesContract } from "../../../src/prep/transforms/examples.contract.ts";
import { canRun, fewRows, type OpenSpark, openSpark, sparkExamples } from "./open-spark.ts";

/** All steps on a real Spark: one application answers everything. */
let opening: Promise<OpenSpark> | undefined;
const opened = () => {
  opening ??= openSpark(fewRows);
  return opening;
};
afterAll(async () => (await opening)?.close());

const open = async () => sparkExamples((await opened()).engine);

describe.runIf(canRun)("steps on Spark", () => examplesContract(open, "spark"));
describe.runIf(canRun)("formulas on Spark", () => formulasContract(open));

// Formats of Python are a gift of older versions.
const cases = formulaCases.filter(([formula]) => !formula.includes("%Y"));

test.runIf(canRun)("Spark gives for each formula as it is written what its translation gives", async () => {
  const { engine } = await opened();
  await sparkExamples(engine).tableOf("df", formulaRow);
  const rowsOf = async (sql: string) => {
    const { columns, batches } = await engine.rows({ sql, tables: [] }, new AbortController().signal);
    for await (const batch of batches)
      return columns.map(({ type }, at) => shownValue(batch.columns[at]![0], type.kind));
    return [];
  };
  // As in the versions of Spark that Data Wrangler has.
  await rowsOf("SET spark.sql.ansi.enabled = false");
  const columns = Object.keys(formulaRow).map((name) =>
    name === "time" ? "CAST(time AS TIMESTAMP) time" : `\`${name}\``,
  );
  await rowsOf(`CREATE OR REPLACE TEMP VIEW rows AS SELECT ${columns.join(", ")} FROM df`);
  const asked = (all: readonly string[]) => rowsOf(`SELECT ${all.map((one) => `(${one})`).join(", ")} FROM rows AS df`);
  const formulas = cases.map(([formula]) => formula);
  const one = async (formula: string) => (await asked([formula]).catch((error: Error) => [error.message]))[0];
  const given = await asked(formulas).catch(async () => {
    const values: unknown[] = [];
    for (const formula of formulas) values.push(await one(formula));
    return values;
  });
  await rowsOf("SET spark.sql.ansi.enabled = true");
  expect(formulas.map((formula, at) => [formula, given[at]])).toEqual(cases);
});

function shownValue(value: unknown, kind: string): unknown {
  if (value === null) return null;
  if (kind === "date") return new Date((value as number) * 86_400_000).toISOString().slice(0, 10);
  if (kind === "timestamp") return new Date(Number(value) / 1_000).toISOString().slice(0, 19).replace("T", " ");
  return ["bigint", "integer", "double", "decimal"].includes(kind) ? Number(Number(value).toPrecision(12)) : value;
}
