import type { Context } from "../../../frame/context.ts";
import { type Capture, captureEntry } from "./data-capture.ts";
import type { Invocation } from "./invocation-request.ts";

/** Captures a request and its answer, if it is one of the sample. It is written when this returns. */
export async function capture(
  context: Context,
  config: Capture,
  variant: string,
  input: Invocation,
  answer: Uint8Array,
  answerType: string | undefined,
): Promise<void> {
  if (context.random.next() * 100 >= config.percentage) return;
  const time = context.clock.now();
  const data = captureEntry(config, {
    ...{ variant, time, eventId: context.ids.uuid() },
    ...{ inferenceId: input.InferenceId, customAttributes: input.CustomAttributes },
    ...{ contentType: input.ContentType, body: input.Body, answerType, answer },
  });
  await context.journalBuffer.add(config.stream, { time, data });
}
