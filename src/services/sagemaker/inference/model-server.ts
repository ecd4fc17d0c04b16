import type { RunAddress } from "../../../executors/port.ts";
import type { Connections } from "../../../runs/connections.ts";
import type { ModelAnswer, NoAnswer } from "../../../runs/model-answer.ts";
import type { SignOfLife } from "../../../runs/quarantine.ts";
import { request } from "../../../wire/node-http.ts";

export const isAnswer = <Answer extends { readonly status: number }>(answer: Answer | NoAnswer): answer is Answer =>
  "status" in answer;

/** Sends one invocation to the model server. `headers` are names and values in turn. */
export function invokeModelServer(
  address: RunAddress,
  headers: readonly string[],
  body: Uint8Array,
  options: {
    readonly timeoutMilliseconds: number;
    readonly connections: Connections;
    /** Whether the model server speaks frames. */
    readonly frames?: boolean;
  },
): Promise<ModelAnswer | NoAnswer> {
  const { connections, frames, timeoutMilliseconds } = options;
  const way = frames || "thread" in address ? connections.frames(address) : connections.http(address);
  return way.invoke(headers, body, timeoutMilliseconds);
}

/** The container contract: a ping is answered within 2 s. */
const pingMilliseconds = 2_000;

/** Asks a model server whether it works, over a connection of its own. */
export function pingModelServer(address: RunAddress): Promise<SignOfLife> {
  if ("thread" in address) return Promise.resolve(address.thread.signOfLife());
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(pingMilliseconds);
    const outgoing = request({ ...address, path: "/ping", agent: false, signal });
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      // A full queue of connections is EAGAIN: the server is there, and accepts none.
      resolve(error.syscall === "connect" && error.code !== "EAGAIN" ? "gone" : "no");
    });
    outgoing.on("response", (response) => {
      response.on("error", () => {}).resume();
      resolve(response.statusCode === 200 ? "yes" : "no");
    });
    outgoing.end();
  });
}
