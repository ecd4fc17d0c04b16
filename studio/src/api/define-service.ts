import { apiAddress, callHeaders, session } from "./session.ts";

/** An AWS service as the page calls it: declared in `services/<id>.ts`. */
export interface Service {
  /** Its name in the product and in the facts. */
  readonly id: string;
  /** Its name in the AWS CLI, where that is another. */
  readonly commandLine: string;
  /** Its name in boto3. */
  readonly boto: string;
  /** The npm package of its client, and the client's class. */
  readonly package: string;
  readonly clientName: string;
  /** Makes the one client of the page; later calls return it. */
  client(): Client;
}

export interface Client {
  // biome-ignore lint/suspicious/noExplicitAny: every client takes its own commands; `call` types them
  send(command: any, options?: { abortSignal?: AbortSignal }): Promise<any>;
}

// biome-ignore lint/suspicious/noExplicitAny: the classes differ in their configuration's type
type ClientClass = new (configuration: any) => Client;

interface Declaration {
  readonly id: string;
  readonly commandLine?: string;
  readonly clientName: string;
  readonly Client: ClientClass;
  readonly more?: object;
}

export function defineService({ id, commandLine = id, clientName, Client, more }: Declaration): Service {
  let client: Client | undefined;
  return {
    id,
    commandLine,
    boto: id,
    package: `@aws-sdk/client-${packageNames[id] ?? id}`,
    clientName,
    client: () => {
      client ??= new Client({ ...configuration(id), ...more });
      return client;
    },
  };
}

const packageNames: Readonly<Record<string, string>> = {
  logs: "cloudwatch-logs",
  "application-autoscaling": "application-auto-scaling",
};

/** A browser follows the steps of a path before it asks, so it would ask for another thing under this one's name. */
export function refuseSteps(path: string): void {
  if (path.split("/").some((part) => /^(?:\.|%2e){1,2}$/i.test(part)))
    throw new Error("A browser cannot ask for a name that has . or .. between slashes. The AWS CLI and the SDKs can.");
}

/** Requests are not signed: the session's cookie says who calls, and the CSRF header that this page does. */
function configuration(service: string) {
  const schemeId = "smithy.api#noAuth";
  return {
    region: session().region,
    endpoint: apiAddress(),
    maxAttempts: 2,
    httpAuthSchemeProvider: () => [{ schemeId }],
    httpAuthSchemes: [
      {
        schemeId,
        identityProvider: () => async () => ({}),
        signer: {
          async sign(request: { headers: Record<string, string>; path: string }) {
            refuseSteps(request.path);
            Object.assign(request.headers, callHeaders(service));
            return request;
          },
        },
      },
    ],
  };
}
