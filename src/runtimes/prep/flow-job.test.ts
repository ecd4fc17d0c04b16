import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "flow-job-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const node = (
  id: string,
  type: string,
  operator: string,
  parameters: object,
  input?: string,
  outputs = ["default"],
) => ({
  node_id: id,
  type,
  operator: `sagemaker.${operator}_0.1`,
  parameters,
  inputs: input === undefined ? [] : [{ name: "df", node_id: input, output_name: "default" }],
  outputs: outputs.map((name) => ({ name })),
});
const splits = [
  { name: "Train", percentage: 0.5 },
  { name: "Test", percentage: 0.5 },
];
const flow = (context: object, analyses: readonly object[] = []) => ({
  nodes: [
    ...analyses,
    node("source", "SOURCE", "s3_source", {
      dataset_definition: {
        name: "rows",
        s3ExecutionContext: { s3Uri: "s3://b/rows.csv", s3ContentType: "csv", ...context },
      },
    }),
    node("types", "TRANSFORM", "spark.infer_and_cast_type", {}, "source"),
    node(
      "parts",
      "TRANSFORM",
      "spark.split",
      { operator: "Ordered split", ordered_split_parameters: { splits } },
      "types",
      ["Train", "Test"],
    ),
  ],
});

/** Runs a flow over a file as a job of these outputs does; gives the words of its end, and the files that it wrote. */
async function run(
  rows: string | Uint8Array,
  outputs: readonly string[],
  words: readonly string[] = [],
  context = {},
  analyses: readonly object[] = [],
) {
  for (const folder of ["config", "processing/flow", "processing/rows"])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, "processing/flow/x.flow"), JSON.stringify(flow(context, analyses)));
  writeFileSync(join(root, "processing/rows/rows.csv"), rows);
  const place = (LocalPath: string) => ({ LocalPath: `/opt/ml/processing/${LocalPath}` });
  const job = {
    ProcessingJobName: "job",
    ProcessingInputs: [{ InputName: "rows", S3Input: place("rows") }],
    ProcessingOutputConfig: { Outputs: outputs.map((OutputName) => ({ OutputName, S3Output: place("output") })) },
  };
  writeFileSync(join(root, "config/processingjobconfig.json"), JSON.stringify(job));
  const program = join(import.meta.dirname, "flow-job.ts");
  const env = { ...process.env, SAGEBRUSH_ML_ROOT: root };
  const said = await new Promise<string>((resolve) =>
    execFile(process.execPath, [program, ...words], { env }, (_error, _out, stderr) => resolve(stderr.trim())),
  );
  const written = (folder: string) => {
    const place = join(root, "processing/output/job", folder);
    return readdirSync(place).map((name) => readFileSync(join(place, name), "utf8"));
  };
  return { said, written };
}

describe("a flow's job", () => {
  it("writes both parts of a split; its output default is the first", async () => {
    const { said, written } = await run("n,t\n1,a\n2,b\n3,c\n4,d\n", ["parts.default", "parts.Test"]);
    expect(said).toBe("");
    expect(written("parts/default")).toEqual(["n,t\n1,a\n2,b\n"]);
    expect(written("parts/Test")).toEqual(["n,t\n3,c\n4,d\n"]);
  });

  it("does one row, and none", async () => {
    expect((await run("n,t\n7,a\n", ["types.default"])).written("types/default")).toEqual(["n,t\n7,a\n"]);
    rmSync(join(root, "processing"), { recursive: true });
    const { said, written } = await run("n,t\n", ["types.default"]);
    expect(said).toBe("");
    expect(written("types/default")).toEqual(["n,t\n"]);
  });

  it("reads text in the encoding that the source names", async () => {
    const rows = Buffer.from("n,t\n1,caf\u00e9\n", "latin1");
    const { written } = await run(rows, ["types.default"], [], { s3CsvEncodingType: "ISO-8859-1" });
    expect(written("types/default")).toEqual(["n,t\n1,café\n"]);
  });

  it("keeps what analyses find, of each the same bytes in every run", async () => {
    const look = (id: string, operator: string, parameters: object, input = "types") =>
      node(id, "VISUALIZATION", `visualizations.${operator}`, parameters, input);
    const analyses = [
      look("bars", "histogram", { name: "Ages", x_axis: "n", color_by: "t" }),
      look("drawn", "histogram", { x_axis: "n", sample_size: 2, seed: 3 }),
      look("summary", "describe", { name: "All" }),
      look("twice", "duplicate_rows", {}, "source"),
      look("wrong", "scatterplot", { x_axis: "n", y_axis: "u" }),
      look("strange", "histogramm", { x_axis: "n" }),
    ];
    const outputs = ["types.default", ...analyses.map((one) => `${(one as { node_id: string }).node_id}.default`)];
    const again = async () => {
      const { said, written } = await run("n,t\n1,a\n2,b\n2,b\n4,\n", outputs, [], {}, analyses);
      expect(said).toBe("");
      return outputs.map((output) => written(output.replace(".", "/"))[0]!);
    };
    const texts = await again();
    rmSync(join(root, "processing"), { recursive: true });
    expect(await again()).toEqual(texts);
    const [bars, drawn, summary, twice, wrong, strange] = texts.slice(1).map((text) => JSON.parse(text));
    expect(bars).toMatchObject({
      analysis: "histogram",
      name: "Ages",
      rows: { table: 4, used: 4, method: "all" },
      picture: { encoding: { color: { title: "t" } } },
    });
    expect(drawn).toMatchObject({ rows: { table: 4, used: 2, method: "random", seed: 3 } });
    expect(summary.data.columns[0]).toMatchObject({ column: "n", type: "long", count: 4, mean: 2.25, min: 1, max: 4 });
    expect(twice.data).toMatchObject({ duplicates: 2, ratio: 0.5, most: [{ rows: 2, first: 2, values: { n: "2" } }] });
    expect(wrong.problem).toBe('There is no column "u"; was "n" meant? The columns are: n, t.');
    expect(strange.problem).toBe('The operator "histogramm" is not known here; was histogram meant?');
  });

  it("does a flow of analyses alone", async () => {
    const bars = node("bars", "VISUALIZATION", "visualizations.histogram", { x_axis: "t" }, "source");
    const { said, written } = await run("n,t\n1,a\n", ["bars.default"], [], {}, [bars]);
    expect(said).toBe("");
    expect(JSON.parse(written("bars/default")[0]!).data.x).toEqual({ kind: "values", labels: ["a"] });
  });

  it.each<readonly [string, string | Uint8Array, readonly string[], readonly string[], RegExp]>([
    [
      "an empty file",
      "",
      ["types.default"],
      [],
      /In node source, s3_source: The file .* has no line with the names of columns/,
    ],
    [
      "two columns of one name",
      "a,A\n1,2\n",
      ["types.default"],
      [],
      /two columns that differ in case alone, "a" and "A"/,
    ],
    ["a column without a name", "a,\n1,2\n", ["types.default"], [], /Column 2 of .* has no name/],
    [
      "1,001 columns",
      `${Array.from({ length: 1_001 }, (_, at) => `c${at}`).join(",")}\n`,
      ["types.default"],
      [],
      /1001 columns; at most 1000/,
    ],
    ["another encoding", Buffer.from("t\ncaf\u00e9\n", "latin1"), ["types.default"], [], /not encoded in utf-8/i],
    [
      "an output that a node has not",
      "n\n1\n",
      ["parts.Trian"],
      [],
      /no output "parts.Trian"; its outputs are parts.Train, parts.Test/,
    ],
    ["a node that is not there", "n\n1\n", ["prts.Train"], [], /"prts.Train" names no node of the flow/],
    [
      "a configuration of no output",
      "n\n1\n",
      ["parts.Train"],
      ["--output-config", '{"parts.Tes":{}}'],
      /names "parts.Tes", which is no output of the job/,
    ],
  ])("refuses %s in words", async (_, rows, outputs, words, message) => {
    expect((await run(rows, outputs, words)).said).toMatch(message);
  });
});
