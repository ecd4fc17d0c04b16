import { createHash } from "node:crypto";
import { CreateBucketCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { beforeAll } from "vitest";
import { type Target, targetOf } from "./raw-request.ts";
import { type TestServer, useServer } from "./server.ts";

/** The client of the file's server. */
export let s3: S3Client;

/** The file's server as the target of raw requests. */
export let target: Target;

/** Starts a server for the tests of a file, with a bucket. */
export function useBucket(name = Bucket): TestServer {
  const server = useServer();
  beforeAll(async () => {
    s3 = new S3Client(server.clientOptions);
    target = targetOf(server);
    await s3.send(new CreateBucketCommand({ Bucket: name }));
  });
  return server;
}

export const mebibyte = 1024 * 1024;
export const Bucket = "conformance-of-objects";
export const pattern = (size: number, factor = 31) =>
  Buffer.from(Uint8Array.from({ length: size }, (_, at) => at * factor));
export const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");
export const textOf = async (Key: string) =>
  (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString();
export const refusal = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (reason) => reason,
  );
  return { name: error?.name, status: error?.$metadata?.httpStatusCode, message: error?.message, ...error };
};
