import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { pythonFloat } from "../../base/python-text.ts";
import { xgboost } from "../../ml/algorithms/xgboost/xgboost.ts";
import { createCsvReader } from "../../ml/data/csv.ts";
import { createConnections } from "../../runs/connections.ts";

const program = join(import.meta.dirname, "serve.ts");
const root = mkdtempSync(join(tmpdir(), "sagebrush-serve-"));
const socketPath = join(root, "socket");
const agent = new Agent({ keepAlive: true });

async function modelBytes(objective: Record<string, string>): Promise<Uint8Array> {
  const reader = createCsvReader();
  reader.read(
    new TextEncoder().encode(
      "1,5,6\n0,1,2\n2,6,9\n1,5,1\n0,2,1\n".repeat(4).replaceAll("2,6,9", objective.num_class ? "2,6,9" : "1,6,9"),
    ),
    { file: "t", line: 1 },
  );
  const { values, problems } = xgboost.read({ num_round: "4", ...objective }, "1.7-1");
  expect(problems).toEqual([]);
  const run = { log: () => {}, continues: async () => true };
  return xgboost.save(await xgboost.train({ train: reader.labelled({ weighted: false }) }, values, run));
}

interface Start {
  readonly version?: string;
  readonly environment?: Record<string, string>;
  /** Files of the model folder beside xgboost-model. */
  readonly files?: Record<string, Uint8Array | string>;
}

function start(model: Uint8Array | string, { version = "1.7-1", environment = {}, files = {} }: Start = {}) {
  rmSync(join(root, "model"), { recursive: true, force: true });
  mkdirSync(join(root, "model"), { recursive: true });
  for (const [name, bytes] of Object.entries({ "xgboost-model": model, ...files }))
    writeFileSync(join(root, "model", name), bytes);
  const child = spawn(process.execPath, [program, "xgboost", version], {
    env: { ...process.env, SAGEBRUSH_ML_ROOT: root, SAGEBRUSH_SOCKET: socketPath, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part) => {
      text += part;
    });
  return {
    child,
    ready: once(child.stdout, "data"),
    ended: once(child, "close").then(([code]) => ({ code: code as number, text })),
  };
}

async function call(
  body: string | Uint8Array,
  headers: Record<string, string> = {},
  method = "POST",
  path = "/invocations",
) {
  const outgoing = request({ socketPath, path, method, agent, headers });
  outgoing.end(body);
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  let text = "";
  for await (const part of response.setEncoding("utf8")) text += part;
  return { status: response.statusCode, type: response.headers["content-type"], text };
}

const csv = { "Content-Type": "text/csv" };

describe("a model server", () => {
  let server: ReturnType<typeof start>;
  let predict: (...rows: number[][]) => number[];
  beforeAll(async () => {
    const bytes = await modelBytes({ objective: "binary:logistic" });
    const predictor = xgboost.predictor(xgboost.load(bytes));
    predict = (...rows) => [
      ...predictor({ rows: rows.length, columns: 2, values: Float32Array.from(rows.flat()) }).values,
    ];
    server = start(bytes);
    await server.ready;
  });
  afterAll(async () => {
    server.child.kill("SIGTERM");
    expect((await server.ended).code).toBe(0);
  });

  it("answers pings", async () => expect(await call("", {}, "GET", "/ping")).toMatchObject({ status: 200, text: "" }));

  it("predicts rows of CSV, libsvm and records, missing values included", async () => {
    const [one, two] = predict([5, 6], [Number.NaN, 2]).map(pythonFloat);
    expect(await call("5,6", csv)).toEqual({ status: 200, type: "text/csv", text: `${one}\n` });
    for (const text of ["5,6\n,2\n", "5|6\n|2", "5;6\n;2", "5\t6\n\t2\n"])
      expect((await call(text, csv)).text).toBe(`${one}\n${two}\n`);
    expect((await call("0:5 1:6\n1 1:2\n", { "Content-Type": "text/x-libsvm" })).text).toBe(`${one}\n${two}\n`);
    expect((await call("0:5 1:6")).text).toBe(`${one}\n`);
    // A record of the float32 values 5 and 6.
    const records = Buffer.from("0a23d7ce180000000a160a0676616c756573120c120a0a080000a0400000c040", "hex");
    expect((await call(records, { "Content-Type": "application/x-recordio-protobuf" })).text).toBe(`${one}\n`);
    const json = await call("5,6\n,2", { ...csv, Accept: "application/json" });
    expect(json).toMatchObject({
      type: "application/json",
      text: `{"predictions": [{"score": ${one}}, {"score": ${two}}]}`,
    });
  });

  it("answers nothing for nothing, as the container does", async () =>
    expect(await call("", csv)).toEqual({ status: 204, type: undefined, text: "" }));

  it.each<[string, string, Record<string, string>, number, string]>([
    [
      "text",
      "5,abc",
      csv,
      415,
      'payload, line 1: "abc" in column 2 is not a number (fields are separated by ","). If the line is a header, give the data without it; if it is a row of data, write a number there, or nothing for a missing value.',
    ],
    ["ragged rows", "5,6\n5", csv, 415, 'payload, line 2: the row has 1 value, the rows before it have 2: "5".'],
    [
      "a label",
      "1,5,6",
      csv,
      400,
      "payload: rows have 3 features, the model was trained on 2. Leave out the label: rows for prediction have none.",
    ],
    ["too few features", "5", csv, 400, "payload: rows have 1 features, the model was trained on 2."],
    ["an index beyond the model", "2:1", {}, 400, "payload: rows have 3 features, the model was trained on 2."],
    ["blank lines", "\n\n", csv, 415, "payload: it holds no row; send at least one."],
    [
      "text instead of records",
      "5,6",
      { "Content-Type": "application/x-recordio-protobuf" },
      415,
      "payload, record 1: it ends within its head.",
    ],
    [
      "another content type",
      "{}",
      { "Content-Type": "application/json" },
      415,
      "Content type application/json is not supported; send one of csv, text/csv, libsvm, text/libsvm, text/x-libsvm, recordio-protobuf, application/x-recordio-protobuf.",
    ],
    [
      "another answer",
      "5,6",
      { ...csv, Accept: "image/png" },
      406,
      "Accept image/png cannot be answered; ask for one of text/csv, application/json.",
    ],
    [
      "an answer that the container's encoder fails on",
      "5,6",
      { ...csv, Accept: "application/jsonlines" },
      500,
      "Accept application/jsonlines is answered only where the model's Environment sets SAGEMAKER_INFERENCE_OUTPUT; set it, or ask for one of text/csv, application/json.",
    ],
  ])("refuses %s", async (_, body, headers, status, text) =>
    expect(await call(body, headers)).toEqual({ status, type: "text/plain", text }),
  );

  it("answers the same in frames on the same socket", async () => {
    const connections = createConnections();
    const types = ["content-type", "text/csv", "accept"];
    const framed = async (body: string | Uint8Array, accept = "") => {
      const answer = await connections.frames({ socketPath }).invoke([...types, accept], Buffer.from(body), 5_000);
      if (!("status" in answer)) throw new Error(answer.failure);
      return { status: answer.status, type: answer.headers["content-type"], text: String(answer.body) };
    };
    const bodies = ["5,6", "5,6\n,2", "5,abc", "1,5,6", "", new Uint8Array(6 * 2 ** 20 + 1).fill(49)];
    const overHttp = [];
    for (const body of bodies) overHttp.push(await call(body, csv));
    expect(await Promise.all(bodies.map((body) => framed(body)))).toEqual(overHttp);
    expect(await framed("5,6", "application/json")).toEqual(await call("5,6", { ...csv, Accept: "application/json" }));
    connections.destroy();
  });

  it("refuses other paths, other methods and bodies that are too large", async () => {
    expect(await call("", {}, "GET", "/models")).toMatchObject({ status: 404 });
    expect(await call("", {}, "PUT")).toMatchObject({ status: 405 });
    expect(await call(new Uint8Array(6 * 2 ** 20 + 1).fill(49), csv)).toEqual({
      status: 413,
      type: "text/plain",
      text: "The payload is larger than 6291456 bytes. Send fewer rows at a time, or set MAX_CONTENT_LENGTH in the model's Environment.",
    });
    expect((await call("5,6", csv)).status).toBe(200);
  });
});

describe("the life of a model server", () => {
  let server: ReturnType<typeof start> | undefined;
  afterEach(() => {
    server?.child.kill("SIGKILL");
  });
  afterAll(() => {
    agent.destroy();
    rmSync(root, { recursive: true });
  });

  it("answers what is in flight and ends", async () => {
    server = start(await modelBytes({ objective: "multi:softprob", num_class: "3" }));
    await server.ready;
    const outgoing = request({ socketPath, path: "/invocations", method: "POST", agent, headers: csv });
    outgoing.write("5,");
    // The answer to the ping shows that the server has received the request above.
    await call("", {}, "GET", "/ping");
    server.child.kill("SIGTERM");
    outgoing.end("6");
    const [response] = (await once(outgoing, "response")) as [IncomingMessage];
    let text = "";
    for await (const part of response.setEncoding("utf8")) text += part;
    expect(text).toMatch(/^0\.\d+,0\.\d+,0\.\d+\n$/);
    expect((await server.ended).code).toBe(0);
    await expect(call("", {}, "GET", "/ping")).rejects.toThrow(/ENOENT|ECONNREFUSED/);
  });

  it("ends when those who speak frames have their answers", async () => {
    server = start(await modelBytes({ objective: "binary:logistic" }));
    await server.ready;
    const connections = createConnections();
    const invoke = () =>
      connections.frames({ socketPath }).invoke(["content-type", "text/csv"], Buffer.from("5,6"), 5_000);
    expect(await invoke()).toMatchObject({ status: 200 });
    const answers = Array.from({ length: 20 }, invoke);
    server.child.kill("SIGTERM");
    expect((await server.ended).code).toBe(0);
    // Each was answered, or nothing of it was written.
    for (const answer of await Promise.all(answers)) expect(answer).not.toMatchObject({ begun: true });
    expect(await invoke()).toMatchObject({ begun: false });
    connections.destroy();
  });

  it("reads its environment, and the models that are there", async () => {
    const [model, other] = await Promise.all(
      ["4", "1"].map((num_round) => modelBytes({ objective: "binary:logistic", num_round })),
    );
    const environment = { SAGEMAKER_INFERENCE_OUTPUT: "predicted_label,probability", MAX_CONTENT_LENGTH: "10" };
    server = start(model!, { environment, files: { "xgboost-model-1": other! } });
    await server.ready;
    const mean = [model!, other!]
      .map((bytes) => xgboost.predictor(xgboost.load(bytes))({ rows: 1, columns: 2, values: Float32Array.of(5, 6) }))
      .reduce((sum, { values }) => sum + values[0]!, 0);
    const answer = await call("5,6", csv);
    expect(answer).toMatchObject({ status: 200, type: "text/csv" });
    const [label, probability] = answer.text.split(",");
    expect([label, Number(probability)]).toEqual(["1", expect.closeTo(mean / 2, 6)]);
    expect(await call("5,6,5,6,5,6", csv)).toMatchObject({ status: 413 });
    expect(await call("5,6", { ...csv, Accept: "application/jsonlines" })).toMatchObject({
      text: `{"predicted_label": 1, "probability": ${probability}}\n`,
    });
  });

  it.each<[string, Start, string]>([
    [
      "SAGEMAKER_PROGRAM",
      { environment: { SAGEMAKER_PROGRAM: "inference.py" } },
      "A serving script (Environment SAGEMAKER_PROGRAM) is not built; leave out SAGEMAKER_PROGRAM.",
    ],
    [
      "a bad limit",
      { environment: { MAX_CONTENT_LENGTH: "6MB" } },
      'Environment MAX_CONTENT_LENGTH is "6MB"; give a whole number of bytes.',
    ],
    [
      "another file beside the model",
      { files: { "features.txt": "a,b" } },
      "Every file at the top of the model data is loaded as a model: leave this one out, or set SAGEMAKER_INFERENCE_ENSEMBLE to false.",
    ],
  ])("does not start with %s", async (_, options, message) => {
    server = start(await modelBytes({ objective: "binary:logistic" }), options);
    const { code, text } = await server.ended;
    expect(code).toBe(1);
    expect(text).toContain(message);
  });

  it.each([
    ["{L\u0000", "The model file is damaged or no XGBoost model: read as UBJSON"],
    ["\u0003", "XGBoost's JSON, UBJSON, old binary format and pickles of a Booster are read"],
    ["{}", "it is no model of XGBoost"],
    ["", "The model file is empty"],
  ])("does not start with the model %j", async (model, message) => {
    server = start(model);
    const { code, text } = await server.ended;
    expect(code).toBe(1);
    expect(text).toContain(message);
  });
});
