import type { IncomingMessage } from "node:http";
import { LoadFault, type ModelServers, type TargetAnswer, wholeOf } from "./serve-models.ts";

const { Agent, request } = process.getBuiltinModule("node:http");

/** Headers that are of the connection, not of the answer. */
const ofConnection = new Set(["connection", "keep-alive", "transfer-encoding", "content-length"]);

interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
}

/** A program that does not let go of a model for so long is not waited for. */
const unloadMilliseconds = 30_000;

/** Asks a program that has several models by SageMaker's container contract: POST /models and what follows from it. */
export function createContainerModels(socketPath: string, folderSeen: (folder: string) => string): ModelServers {
  const agent = new Agent({ keepAlive: true });
  const call = ({ method, path, headers = {}, body, signal }: Call): Promise<TargetAnswer> =>
    new Promise((resolve, reject) => {
      const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
      const outgoing = request({ socketPath, agent, method, path, signal, headers: Object.fromEntries(given) });
      outgoing.on("error", reject);
      outgoing.on("response", (response) => {
        wholeOf(response).then(
          (whole) => resolve({ status: response.statusCode!, headers: headersOf(response), body: whole }),
          reject,
        );
      });
      outgoing.end(body);
    });

  return {
    async load(name, folder) {
      const body = Buffer.from(JSON.stringify({ model_name: name, url: folderSeen(folder) }));
      const headers = { "content-type": "application/json", "content-length": String(body.byteLength) };
      const answer = await call({ method: "POST", path: "/models", headers, body });
      if (answer.status === 507) return "full";
      // 409: it is loaded.
      if (answer.status >= 300 && answer.status !== 409) throw new LoadFault(Buffer.from(answer.body).toString());
      return "loaded";
    },
    invoke(name, { headers, body }) {
      const passed = Object.fromEntries(
        Object.entries(headers).filter(([header]) => !ofConnection.has(header) && header !== "host"),
      ) as Record<string, string>;
      return call({
        method: "POST",
        path: `/models/${name}/invoke`,
        headers: { ...passed, "content-length": String(body.byteLength) },
        body,
      });
    },
    async unload(name) {
      await call({ method: "DELETE", path: `/models/${name}`, signal: AbortSignal.timeout(unloadMilliseconds) });
    },
  };
}

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || ofConnection.has(name) ? [] : [[name, Array.isArray(value) ? value.join(",") : value]],
    ),
  );
