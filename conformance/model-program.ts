import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clientsOf } from "./clients.ts";
import { configure, modelBucket } from "./deployed-model.ts";
import { region, type TestServer } from "./server.ts";

/** The image of any program of a user's. */
export const programImage = `246618743249.dkr.ecr.${region}.amazonaws.com/sagemaker-base-python-311:1.0`;

/** Packs a Node program and puts it into the bucket; returns its s3:// address. */
export async function putProgram(server: TestServer, name: string, program: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "sagebrush-program-"));
  try {
    writeFileSync(join(folder, "serve.mjs"), program);
    execFileSync("tar", ["-czf", join(folder, "model.tar.gz"), "--transform", "s,^,code/,", "-C", folder, "serve.mjs"]);
    const { s3 } = clientsOf(server);
    const CreateBucketConfiguration = { LocationConstraint: region } as const;
    await s3.createBucket({ Bucket: modelBucket, CreateBucketConfiguration }).catch(() => {});
    const Body = readFileSync(join(folder, "model.tar.gz"));
    await s3.putObject({ Bucket: modelBucket, Key: `${name}.tar.gz`, Body });
    return `s3://${modelBucket}/${name}.tar.gz`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Makes a model of a program and a configuration of one name; the program finds NAME in its environment. */
export function configureProgram(
  server: TestServer,
  name: string,
  ModelDataUrl: string,
  ...rest: Parameters<typeof configure> extends [unknown, unknown, unknown, ...infer Rest] ? Rest : never
): Promise<void> {
  const Environment = { SAGEMAKER_PROGRAM: "serve.mjs", NAME: name };
  return configure(server, name, { Image: programImage, ModelDataUrl, Environment }, ...rest);
}
