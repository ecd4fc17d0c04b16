import { Connection } from "../bench/http-connection.ts";
import type { MeasuredServer } from "../bench/servers.ts";
import { type RequestToSign, signedRequest } from "../bench/signed-request.ts";
import type { TestServer } from "../conformance/server.ts";
import { until } from "./until.ts";

/** A request for records of feature groups. */
export type FeatureRequest = Pick<RequestToSign, "path" | "body"> & Partial<Pick<RequestToSign, "method">>;

/** Where a server answers now, and the key of its owner. */
export function addressOf({ clientOptions }: TestServer): Pick<MeasuredServer, "port" | "credentials"> {
  const { credentials, endpoint, region } = clientOptions;
  return {
    port: Number(endpoint.slice(endpoint.lastIndexOf(":") + 1)),
    credentials: { id: credentials.accessKeyId, secret: credentials.secretAccessKey, region },
  };
}

/** The bytes of a request. They are valid for five minutes, also at the address that the server has after another start. */
export const signFor = (server: TestServer, request: FeatureRequest): Buffer =>
  signedRequest({
    ...{ ...request, ...addressOf(server), service: "sagemaker" },
    headers: { "content-type": "application/json" },
  });

/**
 * Sends requests by several connections, one after the other on each, as fast as they are answered. `told` gets what each was
 * answered; undefined where the connection ended before, because the server was killed. None is sent twice.
 * @throws Error with an answer that is no success
 */
export async function sendAll(
  server: TestServer,
  requests: readonly Buffer[],
  connections: number,
  told: (number: number, body: string | undefined) => void,
): Promise<void> {
  let next = 0;
  const one = async () => {
    let url = "";
    let connection: Connection | undefined;
    for (let number = next++; number < requests.length; number = next++) {
      if (!connection) {
        // Until it is started again, the server's address is the one that nobody listens at.
        await until(async () => server.url !== url);
        url = server.url;
        connection = new Connection(addressOf(server).port);
      }
      const answer = await connection.exchange(requests[number]!).catch(() => undefined);
      if (answer && answer.status !== 200) throw new Error(`A request was answered ${answer.status} ${answer.body}`);
      told(number, answer?.body);
      if (!answer) {
        connection.close();
        connection = undefined;
      }
    }
    connection?.close();
  };
  await Promise.all(Array.from({ length: connections }, one));
}
