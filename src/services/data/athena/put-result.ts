import { Readable } from "node:stream";
import { Fault } from "../../../aws/faults.ts";
import { parseS3Location } from "../../../aws/s3-location.ts";
import type { ResultColumn } from "../../../engines/engine-frame.ts";
import { errorTypes, isRefusal, QueryFailure } from "./athena-faults.ts";
import { endOf, type QueryEngine } from "./engine-work.ts";
import type { QueryRun } from "./query-run.ts";
import { shownColumn, writeMetadata } from "./result-metadata.ts";

export interface PutResult {
  readonly rows: number;
  readonly bytes: number;
  readonly milliseconds: number;
}

/**
 * Puts the rows of an answer into the query's object, and what is known of its columns beside it. The object is whole when it is
 * there: an answer that breaks off leaves none.
 */
export async function putResult(run: QueryRun, answer: ReturnType<QueryEngine["ask"]>): Promise<PutResult> {
  let [rows, bytes, milliseconds] = [0, 0, 0];
  let metadata: Promise<unknown> = Promise.resolve();
  let failure: unknown;
  async function* lines() {
    try {
      for await (const { type, body } of answer) {
        if (type === "columns") metadata = putMetadata(run, JSON.parse(body.toString("utf8")));
        if (type === "rows") {
          bytes += body.length;
          yield body;
        }
        if (type === "end") ({ rows, milliseconds } = endOf(body));
      }
    } catch (error) {
      failure = error;
      throw new Fault("IncompleteBody", "The rows of the result broke off.");
    }
  }
  try {
    await putObject(run, run.query.actual.location, Readable.from(lines(), { objectMode: false }));
    await metadata;
  } catch (error) {
    await metadata.catch(() => {});
    throw failure ?? error;
  }
  return { rows, bytes, milliseconds };
}

/** Puts lines of text into the query's object, as the statements of Hive answer. */
export async function putLines(
  run: QueryRun,
  columns: readonly ResultColumn[],
  lines: readonly string[],
): Promise<void> {
  void run.begun();
  const text = lines.map((line) => `${line}\n`).join("");
  await Promise.all([
    putObject(run, run.query.actual.location, bodyOf(Buffer.from(text))),
    columns.length > 0 ? putMetadata(run, columns) : undefined,
  ]);
}

export const putMetadata = (run: QueryRun, columns: readonly ResultColumn[]): Promise<unknown> => {
  const bytes = writeMetadata(run.query.key.name, columns.map(shownColumn));
  return putObject(run, `${run.query.actual.location}.metadata`, bodyOf(bytes));
};

const bodyOf = (bytes: Buffer) => Readable.from([bytes], { objectMode: false });

/** How what a query writes somewhere is to be kept, and by whom. */
export function protectionOf({ query }: QueryRun, location: string) {
  const { output, ResultConfiguration } = query.wanted;
  const { EncryptionConfiguration, ExpectedBucketOwner } = ResultConfiguration ?? {};
  return {
    ...(EncryptionConfiguration?.EncryptionOption === "SSE_KMS" && {
      ServerSideEncryption: "aws:kms" as const,
      SSEKMSKeyId: EncryptionConfiguration.KmsKey,
    }),
    ...(ExpectedBucketOwner !== undefined && location.startsWith(output) && { ExpectedBucketOwner }),
  };
}

export async function putObject(
  run: QueryRun,
  location: string,
  body: Readable,
  condition: { readonly IfMatch?: string } = {},
): Promise<void> {
  const { bucket, key } = parseS3Location(location)!;
  try {
    await run.context.call("s3", "PutObject", {
      ...{ Bucket: bucket, Key: key, Body: body as never, ...condition },
      ...protectionOf(run, location),
    });
  } catch (error) {
    if (isRefusal(error))
      throw new QueryFailure(
        `Access denied when writing output to url: ${location} . Please ensure you are allowed to access the S3 bucket. ${(error as Error).message}`,
        { type: errorTypes.access },
      );
    if ((error as { code?: string }).code === "NoSuchBucket")
      throw new QueryFailure(`Unable to verify/create output bucket ${bucket}: there is no such bucket.`);
    throw error;
  }
}
