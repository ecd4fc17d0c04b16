import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import type { TransformPlan } from "../../images/transform-plan.ts";
import { objectsOf } from "../channels/objects.fixture.ts";
import { createModelServers } from "./model-servers.ts";
import { createPermits } from "./permits.ts";
import { createRecordCodec } from "./record-codec.ts";
import { TransformFault } from "./transform-fault.ts";
import { transformObject } from "./transform-object.ts";

/** The model: answers a line for each line. */
const answerCsv = (record: string): string => `${record.length}:${record.replaceAll(/[",]/g, ";")}`;
const answerJson = (record: string): string => JSON.stringify({ n: record.length });

const folder = mkdtempSync(join(tmpdir(), "sagebrush-transform-"));
const socket = join(folder, "model.sock");
/** What was sent for each job, by its number. */
const payloads = new Map<string, Buffer[]>();
const model = createServer(async (request, response) => {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  const payload = Buffer.concat(pieces);
  payloads.get(request.headers.accept!)!.push(payload);
  const isCsv = request.headers["content-type"] === "text/csv";
  const lines = payload.toString(isCsv ? "latin1" : "utf8").split(/\r?\n/);
  const answers = lines.map(isCsv ? answerCsv : answerJson);
  response.end(Buffer.from(`${answers.join("\n")}${payload.length % 2 ? "\n" : ""}`, "latin1"));
});
beforeAll(async () => {
  await once(model.listen(socket), "listening");
});
afterAll(() => {
  model.close();
  rmSync(folder, { recursive: true });
});

interface Job {
  readonly isCsv: boolean;
  readonly gzip: boolean;
  readonly single: boolean;
  readonly concurrent: number;
  readonly mostBytes: number;
  readonly inputFilter: string;
  readonly outputFilter: string;
  readonly joins: boolean;
  readonly input: Buffer;
}

/** What S12 says of a job, record by record: the output, or that there is none. */
function interpret(job: Job): string | undefined {
  const encoding = job.isCsv ? "latin1" : "utf8";
  const records = job.input
    .toString(encoding)
    .split("\n")
    .map((line) => line.replace(/\r$/, ""))
    .filter((line) => line !== "");
  const bytes = (text: string) => Buffer.from(text, encoding).length;
  let output = "";
  for (const record of records) {
    const sent = job.isCsv ? columnsOf(record, job.inputFilter) : membersOf(record, job.inputFilter);
    if (sent === undefined || bytes(record) > job.mostBytes || bytes(sent) > job.mostBytes) return undefined;
    const answer = job.isCsv ? answerCsv(sent) : answerJson(sent);
    const kept = job.isCsv
      ? columnsOf(job.joins ? `${record},${answer}` : answer, job.outputFilter)
      : membersOf(job.joins ? joinedJson(record, answer) : answer, job.outputFilter);
    if (kept === undefined) return undefined;
    output += `${kept}\n`;
  }
  return Buffer.from(output, encoding).toString("latin1");
}

const joinedJson = (record: string, answer: string): string => {
  const value = JSON.parse(record);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const whole = isObject ? { ...value } : { SageMakerInput: value };
  return JSON.stringify({ ...whole, SageMakerOutput: JSON.parse(answer) });
};

function membersOf(text: string, filter: string): string | undefined {
  if (filter === "$") return text;
  const value = JSON.parse(text);
  const names = [...filter.matchAll(/'([^']+)'/g)].map((match) => match[1]!);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const there = Object.fromEntries(names.filter((name) => name in value).map((name) => [name, value[name]]));
  if (Object.keys(there).length === 0) return undefined;
  return JSON.stringify(names.length === 1 ? there[names[0]!] : there);
}

function columnsOf(line: string, filter: string): string | undefined {
  if (filter === "$") return line;
  const fields = line.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)!.map((field) => field.replace(/,$/, ""));
  // The expression finds nothing behind the last field once more.
  if (!line.endsWith(",") && fields.length > 1 && fields.at(-1) === "") fields.pop();
  const chosen: string[] = [];
  for (const part of filter.slice(2, -1).split(",")) {
    const [from = "", to] = part.split(":");
    const at = (text: string) => (Number(text) < 0 ? fields.length + Number(text) : Number(text));
    if (to === undefined) {
      if (fields[at(from)] === undefined) return undefined;
      chosen.push(fields[at(from)]!);
    } else chosen.push(...fields.slice(Math.max(0, at(from || "0")), (to === "" ? fields.length - 1 : at(to)) + 1));
  }
  return chosen.length === 0 ? undefined : chosen.join(",");
}

const { next } = createRandom(15);
const upTo = (most: number): number => Math.floor(next() * (most + 1));
const oneOf = <T>(values: readonly T[]): T => values[upTo(values.length - 1)]!;
const texts = ["", "a", "1.50", "ä€😀", '"quoted, ""twice"""', '""', "-3e7", "  spaced ", "x".repeat(40)] as const;

const csvRecord = (): string => Array.from({ length: 1 + upTo(4) }, () => oneOf(texts)).join(",");

function jsonRecord(): string {
  if (next() < 0.1) return oneOf(["[1, 2]", '"text"', "17", "null"]);
  const members = { id: oneOf([1, "zwölf", null]), features: [1, 2.5, upTo(9)], deep: { a: oneOf([true, "😀"]) } };
  const entries = Object.entries(members).filter(() => next() < 0.9);
  return JSON.stringify(Object.fromEntries(entries));
}

function randomJob(): Job {
  const isCsv = next() < 0.6;
  const mostBytes = oneOf([24, 64, 100, 1000, 100_000]);
  const records = Array.from({ length: upTo(40) }, () => {
    if (next() < 0.1) return "";
    // Records at the limit and just beyond it.
    if (isCsv && next() < 0.05) return "y".repeat(mostBytes + oneOf([-1, 0, 0, 0, 1]));
    return isCsv ? csvRecord() : jsonRecord();
  });
  const end = oneOf(["\n", "\n", "\r\n"]);
  const columns = ["$", "$[0]", "$[0,-1]", "$[1:]", "$[:1]", "$[0:2]", "$[-1]", "$[0,0:]", "$[-2:-1]", "$[3]"];
  const members = ["$", "$", "$['id']", "$['features']", "$['id','deep']", "$['features','id','absent']"];
  const joins = next() < 0.5;
  const outputs = joins ? ["$", "$['id','SageMakerOutput']", "$['SageMakerOutput']"] : ["$", "$['n']"];
  return {
    ...{ isCsv, joins, mostBytes, gzip: next() < 0.2, single: next() < 0.3, concurrent: 1 + upTo(3) },
    inputFilter: oneOf(isCsv ? columns : members),
    outputFilter: oneOf(isCsv ? columns.slice(0, -1) : outputs),
    input: Buffer.from(records.join(end) + (next() < 0.7 ? end : "")),
  };
}

/** Pieces end anywhere, within characters too. */
function* inPieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + upTo(oneOf([3, 30, 3000]));
    yield bytes.subarray(at, end);
    at = end;
  }
}

async function transformed(job: Job, number: number): Promise<string | undefined> {
  const { inputFilter, outputFilter, joins, concurrent, mostBytes } = job;
  const isPlain = inputFilter === "$" && outputFilter === "$" && !joins;
  const contentType = job.isCsv ? "text/csv" : "application/jsonlines";
  const plan: TransformPlan = {
    ...{ contentType, gzip: job.gzip, split: "Line", lines: true, answerSeconds: 60, retries: 0 },
    ...{ containers: ["one"], notes: [], log: { group: "g", stream: "s" }, output: { bucket: "b", prefix: "" } },
    input: { type: "S3Prefix", bucket: "b", key: "" },
    ...(!isPlain && { processing: { inputFilter, outputFilter, joins, numbers: false } }),
  };
  const written = new Map<string, Buffer>();
  const objects = objectsOf({}, written);
  const body = job.gzip ? gzipSync(job.input) : job.input;
  const servers = createModelServers({
    ...{
      models: [[socket]],
      contentType,
      accept: String(number),
      answerSeconds: 60,
      retries: 0,
      connections: concurrent,
    },
  });
  try {
    await transformObject(
      { bucket: "b", key: "rows", outputKey: "rows.out" },
      {
        ...{ plan, servers, permits: createPermits(concurrent) },
        objects: { ...objects, open: async () => ({ sizeBytes: 0, close() {}, body: pieces() }) },
        codec: createRecordCodec(plan, { id: () => "", time: () => "" }),
        parameters: {
          ...{ concurrent, strategy: job.single ? "SingleRecord" : "MultiRecord" },
          payloadMegabytes: mostBytes / 1024 ** 2,
        },
      },
      new AbortController().signal,
    );
    return written.get("rows.out")!.toString("latin1");
  } catch (error) {
    expect(error, String((error as Error).stack)).toBeInstanceOf(TransformFault);
    expect(written.size).toBe(0);
    return undefined;
  } finally {
    servers.close();
  }

  async function* pieces() {
    yield* inPieces(body);
  }
}

test("500 random jobs have the outputs that the rules say, by payloads within their limit", {
  timeout: 120_000,
}, async () => {
  let ended = 0;
  for (let number = 0; number < 500; number++) {
    const job = randomJob();
    payloads.set(String(number), []);
    const words = JSON.stringify({ number, ...job, input: job.input.toString("latin1") });
    const expected = interpret(job);
    expect(await transformed(job, number), words).toBe(expected);
    for (const payload of payloads.get(String(number))!) {
      expect(payload.length, words).toBeLessThanOrEqual(job.mostBytes);
      if (job.single) expect(payload.includes("\n"), words).toBe(false);
    }
    ended += Number(expected !== undefined && expected !== "");
  }
  // The rest has no records, or one that is refused.
  expect(ended).toBeGreaterThan(150);
});
