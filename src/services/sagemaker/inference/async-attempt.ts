import { Readable } from "node:stream";
import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { socketOf } from "../../../images/serving-plan.ts";
import { mostAnswerBytes, type NoAnswer } from "../../../runs/model-answer.ts";
import { passedOn } from "./ask-containers.ts";
import type { AsyncRequest } from "./async-request.ts";
import type { Instance, Variant } from "./endpoint-fleet.ts";
import { forwardedHeaders, textOf } from "./invocation-request.ts";
import { invokeModelServer, isAnswer, pingModelServer } from "./model-server.ts";
import { type BodyStream, type ModelStream, streamModelServer, streamOf } from "./model-stream.ts";
import { containerName } from "./server-run.ts";

/** How an attempt to answer a request came out. */
export type Outcome =
  | { readonly is: "answered"; readonly contentType: string | undefined; readonly small: Buffer | undefined }
  /** It cannot be answered. `said`: what the model said of it. */
  | { readonly is: "failed"; readonly reason: string; readonly of: Failing; readonly said?: string }
  /** Something that may be otherwise the next time. `counts`: unless it happens again and again. */
  | { readonly is: "broken"; readonly reason: string; readonly of: Failing; readonly counts: boolean };

/** What failed. */
type Failing = "download" | "model" | "upload" | "timeout";

/** What an attempt took, milliseconds; absent where it did not come to it. */
export interface AttemptTimes {
  download?: number;
  model?: number;
  upload?: number;
  status?: number;
}

/** The most bytes of an input and of an answer: AWS's 1 GB. */
const mostPayloadBytes = 1024 ** 3;
/** What is kept of an answer for a notification, and of what a model says of a failure. */
export const mostShownBytes = 128 * 1024;

/** Where a request is sent, as whom its objects are read and put, and until when it may be answered. */
export interface Attempt {
  readonly context: Context;
  readonly role: Context;
  readonly variant: Variant;
  readonly instance: Instance;
  readonly signal: AbortSignal;
  readonly deadline: number;
}

/** An object could not be read or put, or the model server has not answered to the end. */
class Stopped extends Error {
  readonly outcome: Outcome;
  constructor(outcome: Outcome) {
    super("reason" in outcome ? outcome.reason : outcome.is);
    this.outcome = outcome;
  }
}

/** Reads the input, asks the model server and puts its answer. Both bodies pass through as they are read. */
export async function attemptRequest(attempt: Attempt, request: AsyncRequest, times: AttemptTimes): Promise<Outcome> {
  let input: Input | undefined;
  let answer: ModelStream | undefined;
  try {
    const begun = performance.now();
    input = await readInput(attempt, request);
    times.download = performance.now() - begun;
    const asked = performance.now();
    answer = await ask(attempt, request, input);
    times.model = performance.now() - asked;
    times.status = answer.status;
    const uploading = performance.now();
    const outcome = await putAnswer(attempt, request, answer);
    times.upload = performance.now() - uploading;
    return outcome;
  } catch (error) {
    if (error instanceof Stopped) return error.outcome;
    throw error;
  } finally {
    input?.stream.destroy();
    answer?.destroy();
  }
}

/** An input, and its content type where its object has one. */
type Input = BodyStream & { readonly contentType?: string | undefined };

/** The content type of objects that were put without one. */
const noType = "binary/octet-stream";

async function readInput({ role, signal }: Attempt, { input }: AsyncRequest): Promise<Input> {
  if ("inline" in input) {
    const body = Buffer.from(input.inline, "base64");
    return { stream: Readable.from([body]), sizeBytes: body.byteLength };
  }
  const { bucket: Bucket, key: Key, url } = input;
  const found = await role
    .call("s3", "GetObject", { Bucket, Key })
    .catch((error) => stop("download", `The input ${url} cannot be read`, error));
  const stream = found.Body as Readable;
  signal.addEventListener("abort", () => stream.destroy(), { once: true });
  if (found.ContentLength! > mostPayloadBytes) {
    stream.destroy();
    throw failed("download", `The input ${url} has ${found.ContentLength} bytes; it may have ${mostPayloadBytes}.`);
  }
  const { ContentType: contentType } = found;
  return { stream, sizeBytes: found.ContentLength, ...(contentType !== noType && { contentType }) };
}

/** Asks the containers in turn: what one answers is what the next one is asked, as it comes. */
async function ask(attempt: Attempt, request: AsyncRequest, input: Input): Promise<ModelStream> {
  const { variant } = attempt;
  const containers = variant.containers ?? [variant.container];
  const first = forwardedHeaders({
    EndpointName: request.endpointName,
    Body: undefined as never,
    // The SDK for Python puts the content type with the object, and not into the request.
    ContentType: request.contentType ?? input.contentType,
    Accept: request.accept,
    CustomAttributes: request.customAttributes,
    InferenceId: request.inferenceId,
  });
  let headers: readonly string[] = first;
  let body: BodyStream = input;
  for (let index = 0; ; index++) {
    const isLast = index === containers.length - 1;
    const answer = await askOne(attempt, variant.containers ? index : undefined, headers, body);
    if (!isAnswer(answer)) throw unanswered(answer, input);
    if (answer.status < 200 || answer.status >= 300) {
      const name = variant.containers ? containerName(containers[index]!, index) : "primary";
      throw await refused(answer, name);
    }
    if (isLast) return answer;
    headers = passedOn(first, textOf(answer.headers["content-type"]), index + 2 === containers.length);
    body = { stream: Readable.from(answer.chunks) };
  }
}

async function askOne(
  { context, instance, signal, deadline }: Attempt,
  container: number | undefined,
  headers: readonly string[],
  body: BodyStream,
): Promise<ModelStream | NoAnswer> {
  const runId = instance.runId!;
  const address = await context.executors.named(instance.executor!).reach(runId, socketOf(container));
  const timeoutMilliseconds = Math.max(1, deadline - context.clock.now());
  const answer =
    "thread" in address
      ? streamOf(
          await invokeModelServer(address, headers, await whole(body), {
            ...{ timeoutMilliseconds, connections: context.connections },
          }),
        )
      : await streamModelServer(address, headers, body, { timeoutMilliseconds, signal });
  if (!isAnswer(answer) && answer.begun && !signal.aborted && !body.stream.errored)
    context.quarantine[answer.isLate ? "put" : "doubt"](runId, () => pingModelServer(address));
  return answer;
}

/** A model in a thread of the server is given a body whole. */
async function whole({ stream }: BodyStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    sizeBytes += (chunk as Buffer).byteLength;
    if (sizeBytes > mostAnswerBytes)
      throw failed("model", `A built-in model that is a thread takes ${mostAnswerBytes} bytes at most.`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function unanswered(answer: NoAnswer, input: BodyStream): Stopped {
  if (input.stream.errored)
    return broken("download", `The input could not be read to its end: ${input.stream.errored.message}`, true);
  if (answer.isLate) return failed("timeout", answer.failure);
  return broken("model", answer.failure, answer.begun);
}

async function refused(answer: ModelStream, container: string): Promise<Stopped> {
  const said = await firstText(answer);
  const { status } = answer;
  const side = status >= 400 && status < 500 ? "client" : "server";
  const reason = `Received ${side} error (${status}) from ${container} with message "${said}". See the SageMaker Endpoint logs in your account for more information.`;
  return new Stopped({ is: "failed", of: "model", reason, said });
}

async function firstText({ chunks, destroy }: ModelStream): Promise<string> {
  const kept: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of chunks) {
      kept.push(chunk);
      sizeBytes += chunk.byteLength;
      if (sizeBytes >= mostShownBytes) break;
    }
  } catch {
    // What came of it is what there is to show.
  }
  destroy();
  return Buffer.concat(kept).subarray(0, mostShownBytes).toString();
}

/** Puts the answer while it comes. One that has no end, or is too large, is not put. */
async function putAnswer({ role }: Attempt, { output }: AsyncRequest, answer: ModelStream): Promise<Outcome> {
  let unfinished: Stopped | undefined;
  let small: Buffer[] | undefined = [];
  let sizeBytes = 0;
  async function* passing() {
    try {
      for await (const chunk of answer.chunks) {
        sizeBytes += chunk.byteLength;
        if (sizeBytes > mostPayloadBytes)
          throw failed("model", `The model's answer is larger than ${mostPayloadBytes} bytes, the most it may have.`);
        if (sizeBytes > mostShownBytes) small = undefined;
        else small?.push(Buffer.from(chunk));
        yield chunk;
      }
    } catch (error) {
      unfinished = error instanceof Stopped ? error : endless(error as Error & { isLate?: boolean });
      throw error;
    }
  }
  const contentType = textOf(answer.headers["content-type"]);
  const { bucket: Bucket, key: Key } = output;
  try {
    await role.call("s3", "PutObject", { Bucket, Key, Body: Readable.from(passing()), ContentType: contentType });
  } catch (error) {
    if (unfinished) throw unfinished;
    stop("upload", `The answer cannot be put at s3://${Bucket}/${Key}`, error);
  }
  return { is: "answered", contentType, small: small && Buffer.concat(small) };
}

const endless = ({ message, isLate }: Error & { isLate?: boolean }): Stopped =>
  isLate ? failed("timeout", message) : broken("model", message, true);

const failed = (of: Failing, reason: string): Stopped => new Stopped({ is: "failed", of, reason });
const broken = (of: Failing, reason: string, counts: boolean): Stopped =>
  new Stopped({ is: "broken", of, reason, counts });

/** Throws what a store's refusal means: what it refuses once it refuses again, what it cannot do now it may do later. */
function stop(of: Failing, what: string, error: unknown): never {
  if (!(error instanceof Fault)) throw error;
  const reason = `${what}: ${error.code}: ${error.message}`;
  throw error.status >= 500 ? broken(of, reason, true) : failed(of, reason);
}
