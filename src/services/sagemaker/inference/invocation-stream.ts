import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { mostAnswerBytes } from "../../../runs/model-answer.ts";
import { capture } from "./invocation-capture.ts";
import type { Served } from "./invocation-forward.ts";
import { type Invocation, textOf } from "./invocation-request.ts";
import { type ModelStream, StreamBroken } from "./model-stream.ts";

/** A part of an answer, as an event of the stream. */
interface Part {
  readonly PayloadPart: { readonly Bytes: Uint8Array };
}

/**
 * Passes on the parts of an answer as they come. When the caller goes away, the iteration ends and with it the request
 * to the model server.
 */
export async function* partsOf(
  context: Context,
  input: Invocation,
  { capture: config, variant }: Served<unknown>,
  stream: ModelStream,
): AsyncGenerator<Part> {
  const captured: Uint8Array[] | undefined = config ? [] : undefined;
  let capturedBytes = 0;
  try {
    for await (const chunk of stream.chunks) {
      if (captured && capturedBytes + chunk.length <= mostAnswerBytes) captured.push(chunk);
      capturedBytes += chunk.length;
      yield { PayloadPart: { Bytes: chunk } };
    }
    if (config && capturedBytes <= mostAnswerBytes) {
      const type = textOf(stream.headers["content-type"]);
      await capture(context, config, variant.name, input, Buffer.concat(captured!), type);
    }
  } catch (error) {
    if (!(error instanceof StreamBroken)) throw error;
    throw new Fault("ModelStreamError", error.message, {
      members: { ErrorCode: error.isLate ? "ModelInvocationTimeExceeded" : "StreamBroken" },
    });
  } finally {
    stream.destroy();
  }
}
