import { afterAll, beforeAll, expect, test } from "vitest";
import { analyses } from "../../prep/analyses/analyses.gen.ts";
import { type AnalysisResult, doAnalysis } from "../../prep/do-analysis.ts";
import { type ExampleEngine, openExampleEngine } from "../../prep/duckdb.fixture.ts";
import { analysisPage } from "../../prep/insights/page/analysis-page.ts";
import { blockOf, readUnit } from "../../prep/read-step.ts";
import { drawPicture } from "./draw-picture.ts";

let engine: ExampleEngine;
beforeAll(async () => {
  engine = await openExampleEngine();
});
afterAll(() => engine.close());

const examples = analyses.flatMap((analysis) =>
  analysis.examples.map((example, at) => ({
    ...{ analysis, example },
    title: [analysis.title, ...(analysis.variant ?? []).map(({ is }) => is), at + 1].join(" "),
  })),
);

test.each(examples)("$title has a page, with its picture drawn", async ({ analysis, example }) => {
  const given = (analysis.variant ?? []).reduceRight(
    (inner, { block, is, name }) => ({ [name]: is, [block ?? blockOf(is)]: inner }),
    example.with,
  );
  const { values } = readUnit(analysis.operator, given, analyses);
  const result = await doAnalysis(analysis, await engine.tableOf("input", example.table), values, engine.forAnalyses);
  const drawn = result.picture && (await drawPicture(result.picture));
  if (drawn !== undefined) {
    expect(drawn).toMatch(/^<svg .*<\/svg>$/s);
    expect(drawn).not.toMatch(/NaN|undefined|<a |href|role=/);
  }
  const page = analysisPage(result, drawn);
  expect(page).toContain(`<h1>${analysis.title}</h1>`);
  for (const note of result.notes) expect(page).toContain(note.replaceAll('"', "&quot;"));
});

test("what a picture holds is text, and is fetched from nowhere", async () => {
  const picture = {
    data: { values: [{ x: '<b> role="y"', y: 1 }] },
    mark: "bar",
    encoding: { x: { field: "x", type: "nominal", title: "<b>" }, y: { field: "y", type: "quantitative" } },
  };
  const drawn = await drawPicture(picture);
  expect(drawn).toContain('&lt;b&gt; role="y"');
  expect(drawn).not.toContain("<b");
  const elsewhere = { ...picture, data: { url: "https://example.com/rows.json" } };
  expect(await drawPicture(elsewhere)).not.toContain("example.com");
  const named = { title: "Custom", name: "<i>", data: { a: "<i>" }, notes: ["<i>"], parameters: { code: "<i>" } };
  const result = { analysis: "custom", rows: { table: 1, used: 1, method: "all" }, ...named } as AnalysisResult;
  expect(analysisPage(result)).not.toContain("<i>");
});
