import { createApiClient } from "../api-client.ts";
import type { RunningServer } from "../running-server.ts";

/** What Athena says of a query, as far as it is shown here. */
interface QueryExecution {
  readonly Status: { readonly State: string; readonly StateChangeReason?: string };
  readonly ResultConfiguration: { readonly OutputLocation: string };
  readonly Statistics?: { readonly DataScannedInBytes?: number; readonly TotalExecutionTimeInMillis?: number };
}

export interface ResultPage {
  /** How many rows an INSERT has added. */
  readonly UpdateCount?: number;
  readonly ResultSet: {
    readonly Rows: readonly { readonly Data: readonly { readonly VarCharValue?: string }[] }[];
    readonly ResultSetMetadata: { readonly ColumnInfo: readonly { readonly Name: string; readonly Type: string }[] };
  };
  readonly NextToken?: string;
}

interface AthenaAnswers {
  readonly StartQueryExecution: { readonly QueryExecutionId: string };
  readonly GetQueryExecution: { readonly QueryExecution: QueryExecution };
  readonly GetQueryResults: ResultPage;
  readonly StopQueryExecution: object;
  readonly GetWorkGroup: {
    readonly WorkGroup: {
      readonly Configuration?: { readonly ResultConfiguration?: { readonly OutputLocation?: string } };
    };
  };
}

/** Calls Athena on a running server, as the administrator. */
export interface AthenaClient {
  call<Operation extends keyof AthenaAnswers>(operation: Operation, input: object): Promise<AthenaAnswers[Operation]>;
  /** Makes the bucket for results that belong nowhere else, and returns its location. */
  makeResultBucket(): Promise<string>;
}

export function createAthenaClient(server: RunningServer, environment: NodeJS.ProcessEnv): AthenaClient {
  const api = createApiClient(server, environment);
  return {
    call: (operation, input) => api.call("athena", `AmazonAthena.${operation}`, input),
    async makeResultBucket() {
      const bucket = `aws-athena-query-results-${api.account}-${api.region}`;
      await api.makeBucket(bucket);
      return `s3://${bucket}/`;
    },
  };
}
