import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type TrainingPlan, trainingPlanFile } from "../images/training-plan.ts";

const listing = "<ListBucketResult><Contents><Key>data/x</Key><Size>1</Size></Contents></ListBucketResult>";
const server = createServer((_, response) => response.writeHead(200).end(listing));
let root: string;
beforeEach(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "stage-")));
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(root, { recursive: true });
});

it("ends a run whose program cannot be started, also while its pipes wait to be read", async () => {
  const plan: TrainingPlan = {
    job: { name: "job", arn: "arn" },
    command: ["true"],
    network: "none",
    environment: {},
    channels: [{ name: "train", type: "S3Prefix", bucket: "bucket", key: "data/", pipe: {} }],
    output: { bucket: "bucket", prefix: "job/output", compression: "GZIP" },
  };
  const file = join(root, trainingPlanFile);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(plan));
  const stage = spawn(process.execPath, [join(import.meta.dirname, "stage.ts"), "train"], {
    env: {
      SAGEBRUSH_ML_ROOT: root,
      SAGEBRUSH_EVENTS_FD: "3",
      SAGEBRUSH_OWN_FOLDER: join(root, "none"),
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: "us-west-2",
      AWS_ACCESS_KEY_ID: "key",
      AWS_SECRET_ACCESS_KEY: "secret",
    },
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  try {
    const [[code], told] = await Promise.all([once(stage, "exit"), text(stage.stdio[3] as Readable)]);
    expect(told).toMatch(/"state":"Failed","detail":{"reason":"InternalServerError: ENOENT/);
    expect(code).toBe(1);
  } finally {
    stage.kill("SIGKILL");
  }
});
