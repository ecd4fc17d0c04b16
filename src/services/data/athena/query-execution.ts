import { parseS3Location } from "../../../aws/s3-location.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { createIdempotency } from "../../../frame/idempotency.ts";
import { wakeEngines } from "../../../frame/query-engine.ts";
import type { OutputOf } from "../../../wire/operations.ts";
import { errorTypes, invalidRequest, refuseMembers } from "./athena-faults.ts";
import { type QueryDocument, queryKind, queryStates, type Started, type WantedQuery } from "./athena-kinds.ts";
import { listAthena } from "./athena-page.ts";
import { onAnyWorkGroup, onWorkGroup } from "./athena-permissions.ts";
import { queryCaller } from "./query-caller.ts";
import { countQuery } from "./query-metrics.ts";
import { timesOf } from "./query-times.ts";
import { workName } from "./query-work.ts";
import { readStatement } from "./read-statement.ts";
import { resultEnding, statementType } from "./statement-type.ts";
import { findWorkGroup } from "./work-group.ts";
import { checkResults } from "./work-group-configuration.ts";

type Client = typeof import("@aws-sdk/client-athena");
type ShownQuery = NonNullable<OutputOf<Client, "GetQueryExecution">["QueryExecution"]>;

const tokens = createIdempotency(queryKind.name, "ClientRequestToken", (message) => invalidRequest(message));

const mostStatementBytes = 262_144;

export const queryExecution = defineOperations(
  "athena",
  {
    StartQueryExecution: onWorkGroup("StartQueryExecution"),
    GetQueryExecution: onAnyWorkGroup("GetQueryExecution"),
    GetQueryRuntimeStatistics: onAnyWorkGroup("GetQueryRuntimeStatistics"),
    BatchGetQueryExecution: onAnyWorkGroup("BatchGetQueryExecution"),
    StopQueryExecution: onAnyWorkGroup("StopQueryExecution"),
    ListQueryExecutions: onWorkGroup("ListQueryExecutions"),
  },
  {
    async StartQueryExecution(input, context) {
      const { QueryString } = input;
      if (Buffer.byteLength(QueryString) > mostStatementBytes)
        throw invalidRequest(
          `The query has ${Buffer.byteLength(QueryString)} bytes; it may have ${mostStatementBytes}.`,
        );
      refuseMembers(context, input, "", ["EngineConfiguration"]);
      const made = await tokens.find(context, input);
      if (made) return { QueryExecutionId: made.key.name };
      const { ClientRequestToken: _, ...wanted } = await wantedQuery(context, input);
      const { kind } = readStatement(QueryString);
      const QueryExecutionId = context.ids.uuid();
      const key = queryKind.key(context, { QueryExecutionId });
      const now = context.clock.now();
      const id = context.ids.ulid();
      const change = await queryKind.put(context, {
        ...{ key, id, origin: context.origin, status: "QUEUED", created: now, modified: now, wanted },
        actual: {
          ...statementType(kind),
          location: `${wanted.output}${QueryExecutionId}${resultEnding(kind)}`,
          statistics: {},
        },
      });
      await Promise.all([
        context.resources.write([change, ...(await tokens.changes(context, input, { key, id }))]),
        wakeEngines(context),
      ]);
      return { QueryExecutionId };
    },

    async GetQueryExecution({ QueryExecutionId }, context) {
      return { QueryExecution: shownQuery(await findQuery(context, QueryExecutionId)) };
    },

    async GetQueryRuntimeStatistics({ QueryExecutionId }, context) {
      const query = await findQuery(context, QueryExecutionId);
      const { inputRows, outputRows, outputBytes, scannedBytes } = query.actual.statistics;
      const { QueryQueueTimeInMillis, QueryPlanningTimeInMillis, EngineExecutionTimeInMillis, ...times } =
        timesOf(query);
      return {
        QueryRuntimeStatistics: {
          Timeline: { QueryQueueTimeInMillis, QueryPlanningTimeInMillis, EngineExecutionTimeInMillis, ...times },
          Rows: { InputRows: inputRows, InputBytes: scannedBytes, OutputBytes: outputBytes, OutputRows: outputRows },
        },
      };
    },

    async BatchGetQueryExecution({ QueryExecutionIds }, context) {
      const found = await Promise.all(
        QueryExecutionIds.map(async (id) => [id, await queryKind.find(context, keyOf(context, id))] as const),
      );
      return {
        QueryExecutions: found.flatMap(([, query]) => (query ? [shownQuery(query)] : [])),
        UnprocessedQueryExecutionIds: found.flatMap(([QueryExecutionId, query]) =>
          query
            ? []
            : [{ QueryExecutionId, ErrorCode: "INVALID_INPUT", ErrorMessage: notFoundWords(QueryExecutionId) }],
        ),
      };
    },

    async StopQueryExecution({ QueryExecutionId }, context) {
      await againOnConflict(context, async () => {
        const query = await findQuery(context, QueryExecutionId!);
        if (queryKind.status(query).final) return;
        const now = context.clock.now();
        const statistics = { ...query.actual.statistics, totalMilliseconds: now - query.created };
        const actual = { ...query.actual, completed: now, reason: "Query cancelled by user", statistics };
        const cancelled = { ...query, status: "CANCELLED", modified: now, actual };
        await context.resources.write([await queryKind.put(context, cancelled)]);
        countQuery(context, cancelled);
      });
      context.engines.cancel(workName(context, QueryExecutionId!));
      return {};
    },

    async ListQueryExecutions(input, context) {
      const { wanted } = await findWorkGroup(context, input.WorkGroup);
      const labels = { workgroup: wanted.Name };
      const { documents, next } = await listAthena(context, queryKind, input, { labels });
      return { QueryExecutionIds: documents.map(({ key }) => key.name), NextToken: next };
    },
  },
);

const keyOf = (context: Context, QueryExecutionId: string) => queryKind.key(context, { QueryExecutionId });
const notFoundWords = (id: string) => `QueryExecution ${id} was not found`;

/** @throws Fault when there is none of that id */
export async function findQuery(context: Context, id: string): Promise<QueryDocument> {
  const found = await queryKind.find(context, keyOf(context, id));
  if (!found) throw invalidRequest(notFoundWords(id));
  return found as QueryDocument;
}

/** Checks a request against its work group, and says where its result goes. */
async function wantedQuery(
  context: Context,
  input: Started,
): Promise<WantedQuery & Pick<Started, "ClientRequestToken">> {
  const group = await findWorkGroup(context, input.WorkGroup);
  const { Name, Configuration } = group.wanted;
  if (group.actual.state === "DISABLED") throw invalidRequest(`WorkGroup ${Name} is disabled.`);
  const ofGroup = Configuration.ResultConfiguration;
  // A group that enforces its settings but has no place for results leaves that to the query.
  const ResultConfiguration = Configuration.EnforceWorkGroupConfiguration
    ? { ...(ofGroup?.OutputLocation === undefined && input.ResultConfiguration), ...ofGroup }
    : { ...ofGroup, ...input.ResultConfiguration };
  const location = ResultConfiguration.OutputLocation;
  if (location === undefined)
    throw invalidRequest(
      "No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.",
    );
  checkResults(context, ResultConfiguration);
  const { bucket, key } = parseS3Location(location)!;
  const folder = key === "" || key.endsWith("/") ? key : `${key}/`;
  const cutoff = Configuration.BytesScannedCutoffPerQuery;
  return {
    ...input,
    ...{
      WorkGroup: Name,
      ResultConfiguration,
      caller: queryCaller(context.caller),
      output: `s3://${bucket}/${folder}`,
    },
    ...(cutoff !== undefined && { bytesCutoff: cutoff }),
    ...(Configuration.PublishCloudWatchMetricsEnabled && { publishesMetrics: true }),
  };
}

function shownQuery(query: QueryDocument): ShownQuery {
  const { key, wanted, actual, status, created } = query;
  const { completed, error, manifest, reason, reused, statistics } = actual;
  return {
    QueryExecutionId: key.name,
    Query: wanted.QueryString,
    StatementType: actual.statementType,
    SubstatementType: actual.substatementType,
    ResultConfiguration: { ...wanted.ResultConfiguration, OutputLocation: actual.location },
    ResultReuseConfiguration: wanted.ResultReuseConfiguration ?? { ResultReuseByAgeConfiguration: { Enabled: false } },
    QueryExecutionContext: wanted.QueryExecutionContext ?? {},
    ...(wanted.ExecutionParameters && { ExecutionParameters: [...wanted.ExecutionParameters] }),
    Status: {
      State: queryStates.find((state) => state === status),
      StateChangeReason: reason,
      SubmissionDateTime: new Date(created),
      CompletionDateTime: completed === undefined ? undefined : new Date(completed),
      ...(error && {
        AthenaError: {
          ...{ ErrorCategory: error.category, ErrorType: error.type, ErrorMessage: reason },
          Retryable: error.type === errorTypes.resources || error.category === 1,
        },
      }),
    },
    Statistics: {
      ...timesOf(query),
      DataScannedInBytes: statistics.scannedBytes ?? (completed === undefined ? undefined : 0),
      ...(manifest !== undefined && { DataManifestLocation: manifest }),
      ResultReuseInformation: { ReusedPreviousResult: reused !== undefined },
    },
    WorkGroup: wanted.WorkGroup,
    EngineVersion: { SelectedEngineVersion: "AUTO", EffectiveEngineVersion: "Athena engine version 3" },
  };
}
