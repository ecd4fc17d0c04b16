import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPythonEnvironment } from "../../tools/python-environments.ts";
import { deployArchive, deployModel, uploadArchive } from "../deploy-model.ts";
import type { Load, LoadResult } from "../load-generator.ts";
import { processTree, ranMicroseconds } from "../process-figures.ts";
import { type MeasuredServer, machine, startSagebrush } from "../servers.ts";
import { type ModelServerPeer, peers, startPeer } from "./peers.ts";

const clients = [1, 8, 64];
const seconds = 4;
const trees = 100;

/** Where models of built-in algorithms are served here. */
const builtIn = [
  ["own", "Sagebrush"],
  ["shared", "Sagebrush, shared"],
] as const;

const linearLearner = "174872318107.dkr.ecr.us-west-2.amazonaws.com/linear-learner:1";

/** A model, as peers load it and as it is deployed here. */
interface Workload {
  readonly name: string;
  readonly row: readonly number[];
  /** The file that peers load. */
  readonly model: string;
  readonly url: string;
  readonly image?: string;
  readonly asked: ModelServerPeer["asked"];
}

interface Figures {
  readonly name: string;
  readonly type: "csv" | "json";
  readonly connections: number;
  readonly perSecond: number;
  /** Of all processes of the server. */
  readonly microseconds: number;
}

/**
 * The servers of models that people use, and endpoints here, in one run: the same models (a logistic regression on iris,
 * 100 trees), the same rows, the same clients. Answers are compared. `model-servers=8` measures with that number of
 * clients only, `model-servers=8:iris` one model.
 */
export async function run(argument = ""): Promise<void> {
  const [asked, only] = argument.split(":");
  const counts = asked ? asked.split(",").map(Number) : clients;
  console.log(`${machine()}; ${seconds} s each; CPU: of all processes of a server, a request`);
  const folder = mkdtempSync(join(tmpdir(), "sagebrush-bench-"));
  const generator = fork(join(import.meta.dirname, "..", "load-generator.ts"), { execArgv: [] });
  const ours = new Map<string, [Workload, Figures[]]>();
  const expected = new Map<string, readonly number[]>();
  let credentials: MeasuredServer["credentials"];
  for (const [builtInModels, title] of builtIn) {
    const here = await startSagebrush({ environment: { SAGEBRUSH_BUILT_IN_MODELS: builtInModels } });
    ({ credentials } = here);
    try {
      const workloads = (await prepare(here, folder)).filter(({ name }) => only === undefined || name === only);
      for (const workload of workloads)
        for (const capture of [false, true]) {
          const endpoint = `${workload.name}-${capture ? "captured" : "plain"}`;
          await deployArchive(here, endpoint, { url: workload.url, image: workload.image, capture });
          const name = capture ? `${title}, capture` : title;
          const server = { ...here, name, asked: onEndpoint(workload.asked, endpoint) };
          const check = (numbers: readonly number[]) => void expected.set(workload.name, numbers);
          const figures = await measure(server, credentials, workload, counts, generator, check);
          const [, before] = ours.get(workload.name) ?? [workload, []];
          ours.set(workload.name, [workload, [...before, ...figures]]);
        }
    } finally {
      await here.close();
    }
  }
  try {
    for (const [workload, figures] of ours.values()) {
      const theirs: Figures[] = [];
      for (const [index, peer] of peers.entries()) {
        const place = join(folder, `${workload.name}-${index}`);
        const server = await startPeer(peer, workload.model, workload.row, place);
        const check = (numbers: readonly number[]) => {
          const own = expected.get(workload.name)!;
          const isSame = numbers.length === own.length && numbers.every((one, at) => near(one, own[at]!));
          if (!isSame) throw new Error(`${peer.name} answers ${numbers}, Sagebrush ${own}`);
        };
        try {
          theirs.push(...(await measure(server, credentials!, workload, counts, generator, check)));
        } finally {
          await server.close();
        }
      }
      compare(workload.name, figures, theirs);
    }
  } finally {
    generator.kill();
    rmSync(folder, { recursive: true });
  }
}

/** Makes the models. XGBoost's container reads no JSON; it answers in it. */
async function prepare(here: MeasuredServer, folder: string): Promise<Workload[]> {
  const deployed = await deployModel(here, { trees });
  writeFileSync(join(folder, "model.tar.gz"), deployed.artifact);
  execFileSync("tar", ["xzf", "model.tar.gz"], { cwd: folder });
  const forest = join(folder, "model.json");
  renameSync(join(folder, "xgboost-model"), forest);
  const problem = await createPythonEnvironment("fastapi");
  if (problem !== undefined) throw new Error(problem);
  const python = join(import.meta.dirname, "..", "..", ".venv-fastapi", "bin", "python");
  const iris = execFileSync(python, [join(import.meta.dirname, "iris.py"), folder], { encoding: "utf8" });
  const csv = { path: "", headers: { "content-type": "text/csv" }, body: (row: readonly number[]) => row.join(",") };
  const scores = (answer: string): readonly number[] => [JSON.parse(answer).predictions[0].score].flat();
  const inJson = { accept: "application/json" };
  return [
    {
      name: "trees",
      row: deployed.row.split(",").map(Number),
      model: forest,
      url: deployed.url,
      asked: {
        csv: { ...csv, numbers: (answer) => answer.trim().split(",").map(Number) },
        json: { ...csv, headers: { ...csv.headers, ...inJson }, numbers: scores },
      },
    },
    {
      name: "iris",
      row: JSON.parse(iris),
      model: join(folder, "iris.joblib"),
      url: await uploadArchive(here, "iris.tar.gz", readFileSync(join(folder, "iris.tar.gz"))),
      image: linearLearner,
      asked: {
        // The label comes before the scores.
        csv: {
          ...csv,
          headers: { ...csv.headers, accept: "text/csv" },
          numbers: (answer) => answer.trim().split(",").slice(1).map(Number),
        },
        json: {
          path: "",
          headers: { "content-type": "application/json", ...inJson },
          body: (row) => JSON.stringify({ instances: [{ features: row }] }),
          numbers: scores,
        },
      },
    },
  ];
}

const onEndpoint = ({ csv, json }: ModelServerPeer["asked"], endpoint: string): ModelServerPeer["asked"] => {
  const path = `/endpoints/${endpoint}/invocations`;
  return { csv: { ...csv!, path }, json: { ...json!, path } };
};

const near = (one: number, other: number): boolean => Math.abs(one - other) < 1e-5;

async function measure(
  server: ModelServerPeer,
  credentials: Load["credentials"],
  { name: model, row }: Pick<Workload, "name" | "row">,
  counts: readonly number[],
  generator: ReturnType<typeof fork>,
  check: (numbers: readonly number[]) => void,
): Promise<Figures[]> {
  const figures: Figures[] = [];
  for (const type of ["csv", "json"] as const) {
    const asked = server.asked[type];
    if (!asked) continue;
    const load = async (connections: number, seconds: number): Promise<LoadResult> => {
      generator.send({
        port: server.port,
        credentials,
        service: "sagemaker",
        path: asked.path,
        headers: asked.headers,
        body: asked.body(row),
        from: 0,
        requests: 10_000_000,
        connections,
        seconds,
      } satisfies Load);
      const [result] = (await once(generator, "message")) as [LoadResult & { failed?: string }];
      if (result.failed || result.refused > 0)
        throw new Error(`${server.name}: ${result.failed ?? result.firstRefusal}`);
      check(asked.numbers(result.sample));
      return result;
    };
    await load(8, 2);
    for (const connections of counts) {
      const tree = processTree(server.pid);
      const before = ranMicroseconds(tree);
      const result = await load(connections, seconds);
      const microseconds = (ranMicroseconds(tree) - before) / result.answered;
      const { perSecond, p50Milliseconds: p50, p99Milliseconds: p99 } = result;
      figures.push({ name: server.name, type, connections, perSecond, microseconds });
      console.log(
        `${model.padEnd(6)}${server.name.padEnd(26)} ${type.padEnd(5)} ${String(connections).padStart(3)} clients ${perSecond.toFixed(0).padStart(7)}/s, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, CPU ${microseconds.toFixed(0)} us`,
      );
    }
  }
  return figures;
}

/** Prints how many times as fast Sagebrush is; a peer that reads no CSV is compared by its JSON. */
function compare(model: string, all: readonly Figures[], others: readonly Figures[]): void {
  for (const ours of all) {
    const ratios = peers.flatMap(({ name }) => {
      const theirs = others.filter((one) => one.name === name && one.connections === ours.connections);
      const one = theirs.find(({ type }) => type === ours.type) ?? theirs[0];
      if (!one) return [];
      const cpu = one.microseconds / ours.microseconds;
      return [`${(ours.perSecond / one.perSecond).toFixed(1)}x ${name} (CPU ${cpu.toFixed(1)}x)`];
    });
    console.log(`${model}, ${ours.name}, ${ours.type}, ${ours.connections} clients: ${ratios.join(", ")}`);
  }
}
