import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { scriptEnvironmentsFolder } from "../tools/python-environments.ts";
import { deployArchive, deployModel, uploadArchive } from "./deploy-model.ts";
import { processTree } from "./process-figures.ts";
import { machine, startSagebrush } from "./servers.ts";

const repetitions = 9;
const scikitLearn = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3";

const script = `
import json
import os
import numpy
from sklearn.linear_model import LogisticRegression

def model_fn(model_dir):
    model = LogisticRegression()
    with open(os.path.join(model_dir, "weights.json")) as file:
        for name, values in json.load(file).items():
            setattr(model, name, numpy.array(values))
    return model
`;

/** A logistic regression of three classes, as scikit-learn keeps it. */
const weights = {
  classes_: [0, 1, 2],
  coef_: [
    [-0.42, 0.97, -2.52, -1.08],
    [0.53, -0.32, -0.2, -0.94],
    [-0.11, -0.65, 2.72, 2.02],
  ],
  intercept_: [9.85, 2.24, -12.09],
};

/**
 * From the request that finds no model server to its answer: a serverless endpoint that nobody has asked for a while, with
 * a built-in model and with a scikit-learn script. States of the run say where the time goes.
 */
export async function run(): Promise<void> {
  console.log(`${machine()}; medians of ${repetitions} cold starts`);
  const folder = mkdtempSync(join(tmpdir(), "sagebrush-bench-"));
  const { SAGEBRUSH_ENVIRONMENTS = scriptEnvironmentsFolder } = process.env;
  const server = await startSagebrush({
    environment: { SAGEBRUSH_ENVIRONMENTS, SAGEBRUSH_SERVERLESS_IDLE_SECONDS: "1" },
  });
  try {
    const { url, row } = await deployModel(server, { serverless: true });
    const environment = { SAGEMAKER_PROGRAM: "inference.py" };
    const model = await scriptModel(server, folder);
    await deployArchive(server, "script", { url: model, image: scikitLearn, environment, serverless: true });
    await deployArchive(server, "trees", { url, serverless: true });
    for (const [name, body] of [
      ["trees", row],
      ["script", "5.1,3.5,1.4,0.2\n6.7,3.1,4.7,1.5"],
    ] as const)
      await measure(server, name, body);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true });
  }
}

async function scriptModel(server: Awaited<ReturnType<typeof startSagebrush>>, folder: string): Promise<string> {
  mkdirSync(join(folder, "code"));
  writeFileSync(join(folder, "code", "inference.py"), script);
  writeFileSync(join(folder, "weights.json"), JSON.stringify(weights));
  execFileSync("tar", ["czf", "model.tar.gz", "code", "weights.json"], { cwd: folder });
  return uploadArchive(server, "script.tar.gz", readFileSync(join(folder, "model.tar.gz")));
}

async function measure(
  server: Awaited<ReturnType<typeof startSagebrush>>,
  EndpointName: string,
  Body: string,
): Promise<void> {
  const { id, secret, region } = server.credentials;
  const client = new SageMakerRuntimeClient({
    endpoint: `http://127.0.0.1:${server.port}`,
    region,
    credentials: { accessKeyId: id, secretAccessKey: secret },
    maxAttempts: 1,
  });
  const ask = () => client.send(new InvokeEndpointCommand({ EndpointName, Body, ContentType: "text/csv" }));
  const runs = () => readdirSync(join(server.home, "runs")).filter((run) => !run.startsWith("."));
  const times: Record<string, number[]> = {};
  const note = (what: string, milliseconds: number) => {
    times[what] = [...(times[what] ?? []), milliseconds];
  };
  await ask();
  for (let repetition = 0; repetition < repetitions; repetition++) {
    while (runs().length > 0 || processTree(server.pid).length > 1) await pause(100);
    const [begun, began] = [performance.now(), Date.now()];
    const answer = ask();
    let states = "";
    while (!states.includes("InService")) {
      states = runs()
        .map((run) => eventsOf(join(server.home, "runs", run)))
        .join("");
      await pause(5);
    }
    await answer;
    note("first answer", performance.now() - begun);
    for (const line of states.trim().split("\n")) {
      const { state, time } = JSON.parse(line);
      note(state, time - began);
    }
  }
  for (const [what, all] of Object.entries(times)) {
    const sorted = all.sort((a, b) => a - b);
    console.log(
      `${EndpointName}, ${what}: ${sorted[sorted.length >> 1]!.toFixed(0)} ms (${sorted[0]!.toFixed(0)} to ${sorted.at(-1)!.toFixed(0)})`,
    );
  }
}

function eventsOf(run: string): string {
  try {
    return readFileSync(join(run, "events"), "utf8");
  } catch {
    return "";
  }
}
