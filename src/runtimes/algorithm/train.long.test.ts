import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { xgboost } from "../../ml/algorithms/xgboost/xgboost.ts";

const program = join(import.meta.dirname, "train.ts");
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sagebrush-train-"));
});
afterEach(() => rmSync(root, { recursive: true }));

interface Job {
  readonly hyperparameters?: Record<string, string>;
  /** The content type and the files by path, for each channel. */
  readonly channels?: Record<string, { type?: string; files: Record<string, string> }>;
  readonly hosts?: string[];
}

function lay({ hyperparameters = {}, channels = {}, hosts = ["algo-1"] }: Job): void {
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const given = { num_round: "3", objective: "binary:logistic", ...hyperparameters };
  write("input/config/hyperparameters.json", JSON.stringify(given));
  const described = Object.entries(channels).map(([name, { type }]) => [name, type ? { ContentType: type } : {}]);
  write("input/config/inputdataconfig.json", JSON.stringify(Object.fromEntries(described)));
  write("input/config/resourceconfig.json", JSON.stringify({ hosts }));
  for (const [name, { files }] of Object.entries(channels))
    for (const [path, text] of Object.entries(files)) write(`input/data/${name}/${path}`, text);
}

function start(version = "1.7-1") {
  const child = spawn(process.execPath, [program, "xgboost", version], {
    env: { ...process.env, SAGEBRUSH_ML_ROOT: root },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    log += text;
  });
  child.stderr.resume();
  const ended = once(child, "close").then(([code]) => ({
    code: code as number,
    log,
    failure: existsSync(join(root, "output/failure")) ? readFileSync(join(root, "output/failure"), "utf8") : undefined,
  }));
  return { child, ended };
}

function run(job: Job, version?: string) {
  lay(job);
  return start(version).ended;
}

const csv = (text: string, file = "train.csv") => ({ train: { type: "text/csv", files: { [file]: text } } });
const good = "1,5,6\n0,1,2\n1,6,6\n0,2,1\n".repeat(5);

/** Lays channels in mode Pipe: each a pipe into which its files are written one after the other. */
function runPiped(channels: Record<string, { type?: string; files: readonly Uint8Array[] }>, version?: string) {
  lay({});
  const described = Object.entries(channels).map(([name, { type: ContentType }]) => [
    name,
    { ContentType, TrainingInputMode: "Pipe" },
  ]);
  writeFileSync(join(root, "input/config/inputdataconfig.json"), JSON.stringify(Object.fromEntries(described)));
  mkdirSync(join(root, "input/data"), { recursive: true });
  for (const [name, { files }] of Object.entries(channels)) {
    const pipe = join(root, `input/data/${name}_0`);
    execFileSync("mkfifo", [pipe]);
    writeFile(pipe, Buffer.concat(files)).catch(() => {});
  }
  return start(version).ended.finally(() => {
    // Lets go of what still waits for a reader.
    for (const name of Object.keys(channels))
      closeSync(openSync(join(root, `input/data/${name}_0`), constants.O_RDONLY | constants.O_NONBLOCK));
  });
}

describe("a training job by pipes", () => {
  const model = () => readFileSync(join(root, "model/xgboost-model"));

  it("has the model of the same data in files", async () => {
    expect(await run({ channels: csv(good) })).toMatchObject({ code: 0 });
    const fromFiles = model();
    const halves = [good.slice(0, 60), good.slice(60)].map((text) => Buffer.from(text));
    const validation = { type: "csv", files: [Buffer.from(good)] };
    const piped = await runPiped({ train: { type: "text/csv", files: halves }, validation });
    expect(piped).toMatchObject({ code: 0, log: expect.stringContaining("Validation matrix has 20 rows") });
    expect(model().equals(fromFiles)).toBe(true);

    rmSync(join(root, "input"), { recursive: true });
    const parts = await parquetFiles([good.slice(0, 60), good.slice(60)]);
    expect(await runPiped({ train: { type: "application/x-parquet", files: parts } })).toMatchObject({ code: 0 });
    expect(model().equals(fromFiles)).toBe(true);
  });

  it("is refused what AWS's image does not read from a pipe", async () => {
    expect(await runPiped({ train: { type: "text/libsvm", files: [] } })).toMatchObject({
      failure:
        "ClientError: Channel train: the image reads data of csv, text/csv, recordio-protobuf, application/x-recordio-protobuf, parquet, application/x-parquet in mode Pipe, and the channel has text/libsvm; use File or FastFile.",
    });
    rmSync(join(root, "input"), { recursive: true });
    expect(await runPiped({ train: { type: "text/csv", files: [] } }, "1")).toMatchObject({
      failure:
        "ClientError: Channel train: the image reads no data in mode Pipe, and the channel has text/csv; use File or FastFile.",
    });
  });
});

/** Writes rows of CSV as files of Parquet. */
async function parquetFiles(texts: readonly string[]): Promise<Buffer[]> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const engine = await DuckDBInstance.create(":memory:");
  const connection = await engine.connect();
  const files: Buffer[] = [];
  for (const text of texts) {
    const [rows, file] = [join(root, "rows.csv"), join(root, "rows.parquet")];
    writeFileSync(rows, text);
    await connection.run(`copy (from read_csv('${rows}', header = false)) to '${file}' (format parquet)`);
    files.push(readFileSync(file));
  }
  connection.closeSync();
  engine.closeSync();
  return files;
}

describe("a training job", () => {
  it("trains on all files of both channels and writes the model", async () => {
    const train = {
      type: "text/csv; charset=utf-8",
      files: { "a.csv": good, "nested/b.csv": good, _SUCCESS: "", ".c": "?" },
    };
    const validation = { type: "csv", files: { "v.csv": good } };
    const hyperparameters = { objective: '"binary:logistic"', eval_metric: '["logloss","auc"]' };
    const { code, log, failure } = await run({ hyperparameters, channels: { train, validation } });
    expect({ code, failure }).toEqual({ code: 0, failure: undefined });
    expect(log).toContain("INFO: Train matrix has 40 rows and 2 columns\n");
    expect(log).toContain("INFO: Validation matrix has 20 rows and 2 columns\n");
    expect(log).toMatch(
      /^\[2\]\ttrain-logloss:0\.\d{5}\ttrain-auc:1\.00000\tvalidation-logloss:0\.\d{5}\tvalidation-auc:1\.00000$/m,
    );
    const model = xgboost.load(readFileSync(join(root, "model/xgboost-model")));
    expect(model.trees).toHaveLength(3);
  });

  it("takes libsvm when a channel has no content type", async () => {
    const files = { train: "1 0:5 3:1\n0 0:1\n".repeat(5) };
    const validation = { files: { v: "1 0:5\n0 9:1\n" } };
    const { code, log } = await run({ channels: { train: { files }, validation } });
    expect(code).toBe(0);
    expect(log).toContain("Train matrix has 10 rows and 4 columns");
  });

  it("keeps the model so far when it is stopped", async () => {
    lay({ hyperparameters: { num_round: "1000000" }, channels: csv(good) });
    const { child, ended } = start();
    let printed = "";
    child.stdout.on("data", (text: string) => {
      const hasBegun = printed.includes("[0]");
      printed += text;
      if (!hasBegun && printed.includes("[0]")) child.kill("SIGTERM");
    });
    const { code, log } = await ended;
    expect(code).toBe(0);
    const rounds = Number(/Asked to stop after round (\d+)/.exec(log)![1]) + 1;
    expect(xgboost.load(readFileSync(join(root, "model/xgboost-model"))).trees).toHaveLength(rounds);
  });
});

describe("versions of the image", () => {
  it.each<[string, Record<string, string>]>([
    ["1", { silent: "0", objective: "reg:linear" }],
    ["0.90-1", { silent: "1", dsplit: "row" }],
    ["1.0-1", { silent: "0", learning_rate: "0.5", reg_alpha: "1" }],
    ["1.2-1", { single_precision_histogram: "true", aft_loss_distribution: "extreme" }],
    ["3.0-5", { deterministic_histogram: "true", rate_drop: "0.5", early_stopping_rounds: "2" }],
  ])("version %s trains with %j", async (version, hyperparameters) => {
    expect(await run({ hyperparameters, channels: csv(good) }, version)).toMatchObject({ code: 0, failure: undefined });
  });

  it.each<[string, Record<string, string>, string]>([
    ["1.2-1", { silent: "0" }, "silent is not known to version 1.2-1"],
    ["0.90-1", { learning_rate: "0.5" }, "learning_rate is not known to version 0.90-1"],
    ["1.0-1", { tree_method: "gpu_hist" }, 'tree_method is "gpu_hist"; give one of auto, exact, approx, hist.'],
    ["1.7-1", { single_precision_histogram: "true" }, "it is to 1.2-1, 1.2-2, 1.3-1, 1.5-1."],
    ["1.7-1", { eta: "0.1", learning_rate: "0.2" }, "eta and learning_rate are one hyperparameter; give one of them."],
    [
      "1.5-1",
      { objective: "reg:absoluteerror" },
      'Hyperparameters that cannot be used: objective is "reg:absoluteerror"',
    ],
    ["1.7-1", { objective: "reg:absoluteerror" }, 'not built here yet: objective "reg:absoluteerror"'],
    ["1.7-1", { _kfold: "5" }, 'not built here yet: _kfold "5"; leave it out.'],
    ["1.7-1", { monotone_constraints: "(1, 0)" }, 'not built here yet: monotone_constraints "(1, 0)"; leave it out.'],
    ["1.7-1", { monotone_constraints: "(2)" }, "Hyperparameters that cannot be used: monotone_constraints"],
  ])("version %s does not train with %j", async (version, hyperparameters, reason) => {
    expect((await run({ hyperparameters, channels: csv(good) }, version)).failure).toContain(reason);
  });
});

describe("a job that cannot be trained says why", () => {
  const secondFile = { train: { type: "text/csv", files: { "a.csv": good, "b.csv": "y,a,b\n1,2,3\n" } } };
  const iris = { objective: "multi:softprob", num_class: "3" };
  it.each<[string, Job, string]>([
    ["an empty file", { channels: csv("") }, "Channel train: train.csv: the file is empty."],
    [
      "no files",
      { channels: csv("1,2", "_part") },
      'Channel train holds no files (files whose name begins with "." or "_" are passed over).',
    ],
    [
      "ragged rows",
      { channels: csv("1,2,3\n0,1\n") },
      'Channel train: train.csv, line 2: the row has 2 values, the rows before it have 3: "0,1".',
    ],
    [
      "text",
      { channels: csv("1,2\n0,abc\n") },
      'Channel train: train.csv, line 2: "abc" in column 2 is not a number (fields are separated by ",").',
    ],
    [
      "a header",
      { channels: csv("y,a\n1,2\n") },
      'Channel train: train.csv, line 1: "y" in column 1 is not a number (fields are separated by ","). If the line is a header, give the data without it, as `tail -n +2 train.csv > train.csv.without-first-line` writes it to another file; if it is a row of data, write a number there, or nothing for a missing value.',
    ],
    [
      "a header of a second file",
      { channels: secondFile },
      'Channel train: b.csv, line 1: "y" in column 1 is not a number (fields are separated by ","). If the line is a header, give the data without it, as `tail -n +2 b.csv > b.csv.without-first-line` writes it to another file; if it is a row of data, write a number there, or nothing for a missing value.',
    ],
    [
      "libsvm with a label that is no class",
      { channels: { train: { files: { t: "5 0:1\n6 0:0\n" } } } },
      "Channel train: t, line 1: the label is 5; it must be 0 or 1 (or a probability between).",
    ],
    [
      "a label that is no class",
      { hyperparameters: iris, channels: csv("0,9\n1,9\n3,9\n") },
      "Channel train: train.csv, line 3: the label is 3; it must be a whole number from 0 to 2.",
    ],
    [
      "a missing label",
      { channels: csv("1,9\n,9\n") },
      "Channel train: train.csv, line 2: the label is missing; it must be 0 or 1 (or a probability between).",
    ],
    [
      "a label at the end",
      { channels: csv("17.99,5,1\n20.57,4,0\n") },
      "Channel train: train.csv, line 1: the label is 17.99; it must be 0 or 1 (or a probability between). The label must be the first column, and column 3 holds only whole numbers from 0 to 1; if that is the label, move it with `sed -E -i 's/(.*)[,](.*)/\\2,\\1/' train.csv`.",
    ],
    [
      "an id before the label",
      { channels: csv("842302,1,5\n842517,0,4\n") },
      "Channel train: train.csv, line 1: the label is 842302; it must be 0 or 1 (or a probability between). The label must be the first column, and column 2 holds only whole numbers from 0 to 1; if that is the label, move it with `sed -E -i 's/^(([^,]*[,]){1})([^,]*)[,]/\\3,\\1/' train.csv`.",
    ],
    [
      "a weight below 0",
      { hyperparameters: { csv_weights: "1" }, channels: csv("1,-1,9\n") },
      "Channel train: train.csv, line 1: the weight is -1; it must be 0 or more.",
    ],
    [
      "only labels",
      { channels: csv("1\n0\n") },
      "Channel train: train.csv, line 1: the row has a label and no features; give at least one column after the label.",
    ],
    [
      "a Parquet file",
      { channels: csv("PAR1\u0015", "t.parquet") },
      "Channel train: t.parquet: the file is a Parquet file; set the ContentType to application/x-parquet.",
    ],
    [
      "a content type",
      { channels: { train: { type: "image/png", files: { a: "1" } } } },
      "Channel train: image/png is not an accepted ContentType; give one of csv, text/csv, libsvm, text/libsvm, text/x-libsvm, recordio-protobuf, application/x-recordio-protobuf, parquet, application/x-parquet.",
    ],
    [
      "CSV taken for libsvm",
      { channels: { train: { files: { a: good } } } },
      'Channel train: a, line 1: the label "1,5,6" is not a number. The line looks like CSV: set the ContentType to text/csv.',
    ],
    [
      "another width",
      { channels: { ...csv(good), validation: { type: "text/csv", files: { v: "1,2\n" } } } },
      "Channel validation: v, line 1: rows have 1 features, those of channel train have 2; both must have the same.",
    ],
    [
      "no channel train",
      { channels: { training: { type: "text/csv", files: { a: good } } } },
      "The channel train is required; the job has training.",
    ],
    [
      "an unknown hyperparameter",
      { hyperparameters: { max_dept: "3" }, channels: csv(good) },
      "Additional hyperparameters are not allowed: max_dept is not known; was max_depth meant?",
    ],
    [
      "a value out of range",
      { hyperparameters: { eta: "5", subsample: "0" }, channels: csv(good) },
      'Hyperparameters that cannot be used: eta is "5"; give a number from 0 to 1. subsample is "0"; give a number above 0, at most 1.',
    ],
    [
      "a booster that is not built",
      { hyperparameters: { booster: "dart" }, channels: csv(good) },
      'Hyperparameters that AWS\'s image has and that are not built here yet: booster "dart"; give "gbtree".',
    ],
    [
      "an objective and a metric that are not built, beside what nobody has",
      { hyperparameters: { objective: "reg:logistic", eval_metric: "auc,aucpr", depth: "3" }, channels: csv(good) },
      'Additional hyperparameters are not allowed: depth is not known. Hyperparameters that AWS\'s image has and that are not built here yet: objective "reg:logistic"; give one of reg:squarederror, reg:linear, binary:logistic, multi:softprob, multi:softmax. eval_metric "auc,aucpr"; give one of rmse, mse, mae, logloss, error, auc, accuracy, f1, mlogloss, merror.',
    ],
    [
      "a hyperparameter that older versions know",
      { hyperparameters: { silent: "0" }, channels: csv(good) },
      "Additional hyperparameters are not allowed: silent is not known to version 1.7-1; it is to 1, 0.90-1, 0.90-2, 1.0-1.",
    ],
    [
      "text taken for Parquet",
      { channels: { train: { type: "application/x-parquet", files: { a: good } } } },
      "Channel train: a: the file cannot be read as Parquet: Invalid Input Error: No magic bytes found at end of file 'a'",
    ],
    [
      "text taken for records",
      { channels: { train: { type: "application/x-recordio-protobuf", files: { a: good } } } },
      "Channel train: a, record 1: it does not begin with RecordIO's magic number 0xced7230a.",
    ],
    [
      "values that do not go together",
      { hyperparameters: { num_class: "3", eval_metric: "merror" }, channels: csv(good) },
      "Hyperparameters that cannot be used: num_class is 3; leave it out with objective binary:logistic. eval_metric merror does not suit binary:logistic; give one of rmse, mse, mae, logloss, error, auc, accuracy, f1.",
    ],
    [
      "more hosts",
      { hosts: ["algo-1", "algo-2"], channels: csv(good) },
      "The job has 2 hosts; this version trains on one. Set InstanceCount to 1.",
    ],
  ])("%s", async (_, job, reason) => {
    const { code, failure } = await run(job);
    expect({ code, failure }).toEqual({ code: 1, failure: `ClientError: ${reason}` });
    expect(existsSync(join(root, "model/xgboost-model"))).toBe(false);
  });
});

describe("the command that a reason names", () => {
  it.each([
    ["a header", "y,a\n1,2\n0,3\n"],
    ["a label at the end", "17.99,5,1\n20.57,4,0\n"],
    ["an id before the label", "842302,1,5\n842517,0,4\n"],
    ["a label at the end, after bars", "17.99|5|1\n20.57|4|0\n"],
    ["a label in the middle, after blanks", "17.99 5 6.5 1 3\n20.57 4 6.25 0 9\n"],
    ["a label at the end, after semicolons", "17.99;5;1\n20.57;4;0\n"],
    ["a label in the middle, after tabs", "17.99\t5\t6.5\t1\t3\n20.57\t4\t6.25\t0\t9\n"],
    ["a label in the middle", "17.99,5,6.5,1,3\n20.57,4,6.25,0,9\n"],
  ])("mends %s", async (_, text) => {
    const { failure } = await run({ channels: csv(text, "it's $(data).csv") });
    const command = /`(.*)`/.exec(failure!)![1]!;
    const cwd = join(root, "input/data/train");
    execFileSync("sh", ["-c", command], { cwd });
    // The command for a header leaves the file as it is, and writes another.
    const copy = join(cwd, "it's $(data).csv.without-first-line");
    expect(readFileSync(join(cwd, "it's $(data).csv"), "utf8") === text).toBe(existsSync(copy));
    if (existsSync(copy)) renameSync(copy, join(cwd, "it's $(data).csv"));
    rmSync(join(root, "output/failure"));
    expect(await start().ended).toMatchObject({ code: 0, failure: undefined });
  });
});
