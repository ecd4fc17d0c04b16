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

interface Sent {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A browser follows . and .. between slashes before it asks, so it would ask for another thing under this one's name: a
 * path with such a step goes in a header.
 */
export function withWholePath(path: string): Sent {
  const start = new URL(apiAddress()).pathname;
  if (!path.split("/").some((part) => /^(?:\.|%2e){1,2}$/i.test(part))) return { path, headers: {} };
  return { path: `${start}/`, headers: { "x-sagebrush-path": path.slice(start.length) } };
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
            const { path, headers } = withWholePath(request.path);
            request.path = path;
            Object.assign(request.headers, callHeaders(service), headers);
            return request;
          },
        },
      },
    ],
  };
}
