import { createHash } from "node:crypto";
import { parseS3Location } from "../../../aws/s3-location.ts";
import { type QueryDocument, queryKind, type WantedQuery } from "./athena-kinds.ts";
import type { Outcome, QueryRun } from "./query-run.ts";

/** So many queries of the work group are looked at, from the newest back. */
const looked = 500;

/** Takes over the result of an equal query, where the query allows one of some age; undefined where there is none. */
export async function reuseResult(run: QueryRun): Promise<Outcome | undefined> {
  const { query, context } = run;
  const { Enabled, MaxAgeInMinutes = 60 } = query.wanted.ResultReuseConfiguration?.ResultReuseByAgeConfiguration ?? {};
  if (!Enabled) return undefined;
  const { account, region } = query.key;
  const { documents } = await context.resources.list(queryKind.name, {
    ...{ account, region, status: "SUCCEEDED", labels: { workgroup: query.wanted.WorkGroup }, limit: looked },
    sort: { by: "created", descending: true },
    created: { from: context.clock.now() - MaxAgeInMinutes * 60_000 },
  });
  const mark = reuseMark(query.wanted);
  for (const { key } of documents) {
    const found = (await queryKind.find(context, key)) as QueryDocument | undefined;
    if (!found || found.actual.reused !== undefined || reuseMark(found.wanted) !== mark) continue;
    try {
      for (const ending of ["", ".metadata"])
        await copy(run, found.actual.location + ending, query.actual.location + ending);
      return { reused: key.name, statistics: { scannedBytes: 0, engineMilliseconds: 0 } };
    } catch {
      // Its result is gone.
    }
  }
  return undefined;
}

async function copy({ context }: QueryRun, from: string, to: string): Promise<void> {
  const [source, target] = [parseS3Location(from)!, parseS3Location(to)!];
  const CopySource = `${source.bucket}/${encodeURIComponent(source.key)}`;
  await context.call("s3", "CopyObject", { Bucket: target.bucket, Key: target.key, CopySource });
}

/** By which queries are known whose results are the same as long as the data is. */
const reuseMark = ({
  QueryString,
  QueryExecutionContext,
  ExecutionParameters,
  WorkGroup,
  caller,
}: WantedQuery): string =>
  createHash("sha256")
    .update(JSON.stringify([QueryString, QueryExecutionContext, ExecutionParameters, WorkGroup, caller]))
    .digest("hex");
