import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createPythonEnvironment } from "../../tools/python-environments.ts";
import { processTree } from "../process-figures.ts";
import { freePort } from "../servers.ts";

const root = join(import.meta.dirname, "..", "..");

/** How a server is asked: the answer is the numbers of the first row. */
export interface Asked {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  body(row: readonly number[]): string;
  numbers(answer: string): readonly number[];
}

export interface ModelServerPeer {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** By content type: what a server does not read is absent. */
  readonly asked: { readonly csv?: Asked; readonly json?: Asked };
  close(): Promise<void>;
}

interface Peer {
  readonly name: string;
  readonly environment: string;
  asked(model: string): ModelServerPeer["asked"];
  /** The command below the environment's bin, and variables. */
  command(place: { readonly port: number; readonly model: string; readonly folder: string }): readonly string[];
}

const isForest = (model: string): boolean => model.endsWith(".json");
const json = { "content-type": "application/json" };
const first = (rows: unknown): readonly number[] => [(rows as unknown[])[0]].flat() as number[];

const fastapi = (workers: number): Peer => ({
  name: `FastAPI, ${workers} worker${workers > 1 ? "s" : ""}`,
  environment: "fastapi",
  asked: () => ({
    csv: {
      path: "/invocations",
      headers: { "content-type": "text/csv" },
      body: (row) => row.join(","),
      numbers: (answer) => answer.split("\n")[0]!.split(",").map(Number),
    },
    json: {
      path: "/invocations",
      headers: json,
      body: (row) => JSON.stringify({ instances: [row] }),
      numbers: (answer) => first(JSON.parse(answer).predictions),
    },
  }),
  command: ({ port }) =>
    `uvicorn fastapi_server:app --host 127.0.0.1 --port ${port} --workers ${workers} --no-access-log --log-level warning`.split(
      " ",
    ),
});

const mlserver: Peer = {
  name: "MLServer",
  environment: "mlserver",
  asked: (model) => ({
    json: {
      path: "/v2/models/model/infer",
      headers: json,
      body: (row) =>
        JSON.stringify({
          inputs: [{ name: "x", shape: [1, row.length], datatype: "FP32", data: row }],
          ...(isForest(model) ? {} : { outputs: [{ name: "predict_proba" }] }),
        }),
      numbers: (answer) => JSON.parse(answer).outputs[0].data,
    },
  }),
  command({ port, model, folder }) {
    mkdirSync(folder);
    const ports = { http_port: port, grpc_port: port + 1, metrics_port: port + 2 };
    const quiet = { version: 1, disable_existing_loggers: true };
    writeFileSync(join(folder, "logging.json"), JSON.stringify(quiet));
    writeFileSync(
      join(folder, "settings.json"),
      JSON.stringify({
        host: "127.0.0.1",
        ...ports,
        metrics_dir: join(folder, "metrics"),
        logging_settings: join(folder, "logging.json"),
      }),
    );
    const implementation = isForest(model) ? "mlserver_xgboost.XGBoostModel" : "mlserver_sklearn.SKLearnModel";
    writeFileSync(
      join(folder, "model-settings.json"),
      JSON.stringify({ name: "model", implementation, parameters: { uri: model } }),
    );
    return ["mlserver", "start", folder];
  },
};

const bentoml: Peer = {
  name: "BentoML",
  environment: "bentoml",
  asked: () => ({
    json: {
      path: "/predict",
      headers: json,
      body: (row) => JSON.stringify({ rows: [row] }),
      numbers: (answer) => first(JSON.parse(answer)),
    },
  }),
  command: ({ port }) => `bentoml serve bento_server:Model --host 127.0.0.1 --port ${port}`.split(" "),
};

export const peers: readonly Peer[] = [fastapi(1), fastapi(2), mlserver, bentoml];

/** A process may have ended meanwhile. */
function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {}
}

/** Starts a peer with the model and waits until it answers the row. */
export async function startPeer(
  peer: Peer,
  model: string,
  row: readonly number[],
  folder: string,
): Promise<ModelServerPeer> {
  const problem = await createPythonEnvironment(peer.environment);
  if (problem !== undefined) throw new Error(problem);
  const port = await freePort();
  const bin = join(root, `.venv-${peer.environment}`, "bin");
  const [program, ...words] = peer.command({ port, model, folder });
  const { PATH } = process.env;
  const child = spawn(join(bin, program!), words, {
    cwd: import.meta.dirname,
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      PATH: `${bin}:${PATH}`,
      MODEL: model,
      PYTHONDONTWRITEBYTECODE: "1",
      BENTOML_DO_NOT_TRACK: "True",
      BENTOML_CONFIG_OPTIONS: "api_server.logging.access.enabled=false",
    },
  });
  const close = async () => {
    const ended = child.exitCode !== null ? undefined : new Promise((resolve) => child.once("exit", resolve));
    // Their workers may be in groups of their own, and outlive what has started them.
    for (const pid of processTree(child.pid!)) end(pid);
    await ended;
  };
  const asked = peer.asked(model);
  const { path, headers, body } = asked.json!;
  for (let attempt = 0; attempt < 1200; attempt++) {
    if (child.exitCode !== null) throw new Error(`${peer.name} ended with ${child.exitCode} before it answered.`);
    const isUp = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", headers, body: body(row) }).then(
      async (response) => (await response.text()) !== "" && response.ok,
      () => false,
    );
    if (isUp) return { name: peer.name, pid: child.pid!, port, asked, close };
    await pause(100);
  }
  await close();
  throw new Error(`${peer.name} did not answer within two minutes.`);
}
