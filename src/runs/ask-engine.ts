import { request } from "node:http";
import { type EngineRequest, type FrameType, readFrames } from "../engines/engine-frame.ts";
import type { RunAddress, RunExit } from "../executors/port.ts";

/** An engine that ended, or hung up, before it had answered. */
export class EngineLost extends Error {
  override readonly name = "EngineLost";
  /** Why its run was ended, where that is known. */
  endedBy?: RunExit["reason"];
}

/** Asks an engine and yields the frames of its answer. @throws EngineLost */
export async function* askEngine(
  address: RunAddress,
  asked: EngineRequest,
  signal: AbortSignal,
): AsyncGenerator<{ readonly type: FrameType; readonly body: Buffer }> {
  const body = Buffer.from(JSON.stringify(asked));
  let isEnded = false;
  try {
    const answer = await new Promise<AsyncIterable<Uint8Array>>((resolve, reject) => {
      const headers = { "content-type": "application/json", "content-length": body.length };
      const outgoing = request({ ...address, method: "POST", path: "/", headers, agent: false, signal }, resolve);
      outgoing.on("error", reject);
      outgoing.end(body);
    });
    for await (const frame of readFrames(answer)) {
      isEnded = frame.type === "end" || frame.type === "fault";
      yield frame;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new EngineLost(`The engine was lost: ${(error as Error).message}`);
  }
  if (!isEnded) throw new EngineLost("The engine ended before it had answered.");
}
