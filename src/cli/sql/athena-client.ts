import { keptAccount } from "../../server/home/account.ts";
import { CommandError } from "../define-command.ts";
import { fetchFrom, type RunningServer } from "../running-server.ts";
import { signRequest } from "../sign-request.ts";

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
  const region = environment.AWS_REGION || environment.AWS_DEFAULT_REGION || server.settings.region;
  const send = async (service: "athena" | "s3", method: string, path: string, body: string, target?: string) => {
    const url = new URL(path, server.record.url);
    const request = { method, url, key: server.key, region, service, body, now: Date.now() };
    const headers = signRequest(target === undefined ? request : { ...request, target });
    const type = { "content-type": service === "s3" ? "application/xml" : "application/x-amz-json-1.1" };
    const response = await fetchFrom(server, url, { method, headers: { ...headers, ...type }, body });
    return { isRefused: !response.ok, status: response.status, text: await response.text() };
  };
  return {
    async call(operation, input) {
      const { isRefused, text } = await send("athena", "POST", "/", JSON.stringify(input), `AmazonAthena.${operation}`);
      if (!isRefused) return JSON.parse(text);
      throw new CommandError(wordsOf(text) ?? text);
    },
    async makeResultBucket() {
      const account = keptAccount(server.settings.home, server.settings.account);
      const bucket = `aws-athena-query-results-${account}-${region}`;
      const place = region === "us-east-1" ? "" : `<LocationConstraint>${region}</LocationConstraint>`;
      const body =
        place &&
        `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${place}</CreateBucketConfiguration>`;
      const { isRefused, status, text } = await send("s3", "PUT", `/${bucket}`, body);
      // 409: it is there.
      if (isRefused && status !== 409) throw new CommandError(`The bucket ${bucket} cannot be made: ${text}`);
      return `s3://${bucket}/`;
    },
  };
}

function wordsOf(text: string): string | undefined {
  try {
    const { message, Message } = JSON.parse(text) as { message?: string; Message?: string };
    return message ?? Message;
  } catch {
    return undefined;
  }
}
