import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientsOf, patience } from "./clients.ts";
import { putArchive } from "./model-archive.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { region, root, useServer } from "./server.ts";
import { role } from "./xgboost-job.ts";

const server = useServer({ environment: scriptEnvironments });
const clients = () => clientsOf(server);
const Bucket = "flow-transforms";
const wrangler = "174368400705.dkr.ecr.us-west-2.amazonaws.com/sagemaker-data-wrangler-container:5.x";
const sklearn = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3";
/** In place of a model: answers with what it is asked. */
const echo = `
def model_fn(folder):
    return None
def transform_fn(model, body, content_type, accept):
    return body, content_type
`;
const shared = join(root, "..", "shared", "data", "flows");

let folder: string;
let model: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "flow-transform-"));
  await clients().s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } });
  model = await putArchive(server, Bucket, "echo.tar.gz", { "code/inference.py": echo });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function sagebrush(...words: string[]): Promise<string> {
  const { code, stderr, stdout } = await server.sagebrush(...words);
  if (code !== 0) throw new Error(`sagebrush ${words.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

/** Exports a flow, deploys it before the model, and returns what asks the endpoint. */
async function deployed(name: string, file: string, ...words: string[]) {
  const archive = join(folder, `${name}.tar.gz`);
  await sagebrush("flow", "export", file, "--to", "transform", "--output", archive, ...words);
  await clients().s3.putObject({ Bucket, Key: `${name}.tar.gz`, Body: readFileSync(archive) });
  const { runtime, sagemaker } = clients();
  const Containers = [
    { Image: wrangler, ModelDataUrl: `s3://${Bucket}/${name}.tar.gz` },
    { Image: sklearn, ModelDataUrl: model },
  ];
  await sagemaker.createModel({ ModelName: name, ExecutionRoleArn: role, Containers });
  const variant = { VariantName: "A", ModelName: name, InstanceType: "ml.m5.large", InitialInstanceCount: 1 } as const;
  await sagemaker.createEndpointConfig({ EndpointConfigName: name, ProductionVariants: [variant] });
  await sagemaker.createEndpoint({ EndpointName: name, EndpointConfigName: name });
  await expect
    .poll(async () => (await sagemaker.describeEndpoint({ EndpointName: name })).EndpointStatus, patience)
    .toBe("InService");
  return async (Body: string, ContentType = "text/csv"): Promise<string> =>
    (await runtime.invokeEndpoint({ EndpointName: name, Body, ContentType })).Body.transformToString();
}

/** The lines of a file without values that need quotes, and the places of columns in it. */
function linesOf(text: string): { readonly names: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  const [names, ...rows] = text.trimEnd().split("\n");
  return { names: names!.split(","), rows: rows.map((row) => row.split(",")) };
}
const without = ({ names, rows }: ReturnType<typeof linesOf>, left: readonly string[]): readonly string[] =>
  rows.map((row) => row.filter((_, at) => !left.includes(names[at]!)).join(","));

test.skipIf(!existsSync(shared)).each([
  ["claims", "291c15a5e0--*claims.flow", "fraud"],
  ["customers", "8da6db3ffc--*customers.flow", undefined],
] as const)("what %s were trained on is what the model is asked, row by row", async (name, pattern, target) => {
  const file = join(shared, globSync(pattern, { cwd: shared })[0]!);
  const source = ["--source", `${name}.csv=${join(shared, `${name}.csv`)}`];
  const place = join(folder, `${name}-rows`);
  await sagebrush("flow", "run", file, "--here", "--output", place, ...source);
  const [part] = globSync("*/default/*.csv", { cwd: place });
  // The code of the flow says the time at which it runs.
  const left = ["event_time", ...(target ? [target] : [])];
  const trained = without(linesOf(readFileSync(join(place, part!), "utf8")), left);
  const words = ["--without", "event_time", ...(target ? ["--target", target] : [])];
  const ask = await deployed(name, file, ...source, ...words);
  const given = linesOf(readFileSync(join(shared, `${name}.csv`), "utf8"));
  const rows = without(given, target ? [target] : []);
  expect(trained.length).toBe(5_000);
  expect((await ask(`${rows.join("\n")}\n`)).trimEnd().split("\n")).toEqual(trained);
  for (let at = 0; at < 5_000; at += 250) expect(await ask(rows[at]!)).toBe(`${trained[at]}\n`);
  const objects = given.rows
    .slice(0, 20)
    .map((row) => JSON.stringify(Object.fromEntries(row.map((value, at) => [given.names[at]!, value]))));
  expect(await ask(objects.join("\n"), "application/jsonlines")).toBe(`${trained.slice(0, 20).join("\n")}\n`);
});

const node = (id: string, type: string, operator: string, parameters: object, ...inputs: string[]) => ({
  node_id: id,
  type,
  operator: `sagemaker.${operator}_0.1`,
  parameters,
  inputs: inputs.map((node_id) => ({ name: "df", node_id, output_name: "default" })),
  outputs: [{ name: "default" }],
});
const flow = (...steps: object[]) =>
  JSON.stringify({
    nodes: [
      node("rows", "SOURCE", "s3_source", {
        dataset_definition: {
          name: "rows.csv",
          s3ExecutionContext: { s3Uri: "s3://b/rows.csv", s3ContentType: "csv" },
        },
      }),
      node("types", "TRANSFORM", "spark.infer_and_cast_type", {}, "rows"),
      ...steps,
    ],
  });
const scaled = (input: string) =>
  node(
    "scaled",
    "TRANSFORM",
    "spark.process_numeric",
    {
      operator: "Scale values",
      scale_values_parameters: { scaler: "Min-max scaler", min_max_scaler_parameters: { input_column: "n" } },
    },
    input,
  );

test("steps that choose rows for training are left out, and rows that cannot be answered are said", async () => {
  const file = join(folder, "rows.flow");
  writeFileSync(join(folder, "rows.csv"), "n,t,y\n0,a,1\n10,b,0\n4,,1\n4,,1\n6,d,\n");
  const missing = (id: string, column: string, input: string) =>
    node(
      id,
      "TRANSFORM",
      "spark.handle_missing",
      { operator: "Drop missing", drop_missing_parameters: { input_column: [column] } },
      input,
    );
  const once = node("once", "TRANSFORM", "spark.manage_rows", { operator: "Drop duplicates" }, "labelled");
  writeFileSync(file, flow(missing("labelled", "y", "types"), once, missing("texts", "t", "once"), scaled("texts")));
  const said = await sagebrush(
    "flow",
    "export",
    file,
    "--to",
    "transform",
    "--target",
    "y",
    "--output",
    join(folder, "x.tar.gz"),
  );
  expect(said).toContain('In node labelled, handle_missing (Drop missing): it drops rows by "y"');
  expect(said).toContain("In node once, manage_rows (Drop duplicates): it chooses or orders rows for training");
  const ask = await deployed("rows", file, "--target", "y");
  expect(await ask("5,x\n5,x\n")).toBe("0.5,x\n0.5,x\n");
  expect(await ask('{"instances": [{"n": 4.0, "t": ","}, [20, "é"]]}', "application/json")).toBe('0.4,","\n2.0,é\n');
  await expect(ask("5,\n")).rejects.toThrow(/leaves out 1 of the 1 row,/);
  await expect(ask("5\n")).rejects.toThrow(/A row has 1 value; the flow takes 2: n, t/);
  await expect(ask('{"m": 1}', "application/json")).rejects.toThrow(/no column \\"m\\"|no column "m"/);
  await expect(ask("x", "image/png")).rejects.toThrow(/Content type image\/png is not supported/);
});

test("a step that needs other rows is refused by name", async () => {
  const file = join(folder, "doubled.flow");
  writeFileSync(join(folder, "rows.csv"), "n,t,y\n0,a,1\n10,b,0\n");
  const doubled = node(
    "doubled",
    "TRANSFORM",
    "spark.manage_columns",
    {
      operator: "Duplicate column",
      duplicate_column_parameters: { input_column: "n", new_name: "m" },
    },
    "types",
  );
  const joined = node(
    "joined",
    "TRANSFORM",
    "spark.join_tables",
    { left_column: "n", right_column: "n", join_type: "inner" },
    "types",
    "doubled",
  );
  writeFileSync(file, flow(doubled, joined));
  const refused = await server.sagebrush(
    "flow",
    "export",
    file,
    "--to",
    "transform",
    "--output",
    join(folder, "y.tar.gz"),
  );
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("In node joined, join_tables: it makes a row of other rows");
  const target = await server.sagebrush(
    "flow",
    "export",
    file,
    "--to",
    "transform",
    "--node",
    "doubled",
    "--target",
    "z",
  );
  expect(target.stderr).toContain('There is no column "z".');
  expect(readdirSync(folder)).not.toContain("y.tar.gz");
});
