import { createHash } from "node:crypto";
import { parseS3Location } from "../../../aws/s3-location.ts";
import { type QueryDocument, queryKind } from "./athena-kinds.ts";
import { protectionOf } from "./put-result.ts";
import type { Outcome, QueryRun } from "./query-run.ts";

/** So many queries of the work group are looked at, from the newest back. */
const looked = 500;

/** Takes over the result of an equal query, where the query allows one of some age; undefined where there is none. */
export async function reuseResult(run: QueryRun, mark: string): Promise<Outcome | undefined> {
  const { query, context } = run;
  const { Enabled, MaxAgeInMinutes = 60 } = query.wanted.ResultReuseConfiguration?.ResultReuseByAgeConfiguration ?? {};
  if (!Enabled || MaxAgeInMinutes === 0) return undefined;
  const { account, region } = query.key;
  const { documents } = await context.resources.list(queryKind.name, {
    ...{ account, region, status: "SUCCEEDED", labels: { workgroup: query.wanted.WorkGroup }, limit: looked },
    sort: { by: "created", descending: true },
    created: { from: context.clock.now() - MaxAgeInMinutes * 60_000 },
  });
  for (const document of documents) {
    const { actual, key } = queryKind.read(document) as QueryDocument;
    if (actual.mark !== mark || actual.reused !== undefined) continue;
    try {
      for (const ending of ["", ".metadata"]) await copy(run, actual.location + ending, query.actual.location + ending);
      return { mark, reused: key.name, statistics: { scannedBytes: 0, engineMilliseconds: 0 } };
    } catch {
      // Its result is gone.
    }
  }
  return undefined;
}

async function copy(run: QueryRun, from: string, to: string): Promise<void> {
  const [source, target] = [parseS3Location(from)!, parseS3Location(to)!];
  const CopySource = `${source.bucket}/${encodeURIComponent(source.key)}`;
  const place = { Bucket: target.bucket, Key: target.key };
  await run.context.call("s3", "CopyObject", { ...place, CopySource, ...protectionOf(run, to) });
}

/**
 * By which queries are known whose results are the same as long as the data is.
 * @param text what is run: of a prepared statement, what was prepared
 */
export const reuseMark = ({ query }: QueryRun, text: string): string => {
  const { QueryExecutionContext, ExecutionParameters, WorkGroup, caller } = query.wanted;
  return createHash("sha256")
    .update(JSON.stringify([text, QueryExecutionContext, ExecutionParameters, WorkGroup, caller]))
    .digest("hex");
};
