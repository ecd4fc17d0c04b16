import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { TransformFault } from "./transform-fault.ts";

const { request: openRequest, Agent } = process.getBuiltinModule("node:http");

/** How the model servers are asked. */
export interface AskOptions {
  /**
   * The servers of the model, which are alike: of each, the sockets of its containers, which are asked in turn. What one
   * answers is what the next one is asked.
   */
  readonly models: readonly (readonly string[])[];
  readonly contentType: string | undefined;
  readonly accept: string | undefined;
  readonly answerSeconds: number;
  /** How often a request is repeated that the server failed, or did not answer. */
  readonly retries: number;
  /** So many requests at a time at most. */
  readonly connections: number;
}

export interface ModelServers {
  /** Returns the whole answer of the last container. @throws TransformFault */
  ask(payload: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
  /** Sends what comes as it comes, and yields the answer as it comes. It is not repeated here. @throws TransformFault */
  stream(payload: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array>;
  /** Returns the answer of the only container to GET /execution-parameters; undefined where it has none. */
  executionParameters(signal: AbortSignal): Promise<unknown>;
  close(): void;
}

/** The most that an answer may have which is waited for whole. */
const mostAnswerBytes = 256 * 1024 * 1024;
/** What a refusal says beyond it is not shown. */
const shownBytes = 2_000;
const firstPauseMilliseconds = 100;
const parametersMilliseconds = 10_000;

export function createModelServers(options: AskOptions): ModelServers {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections });
  const { models, accept, answerSeconds, retries } = options;
  const busy = models.map(() => 0);

  /** Has the model that has the least to do work on something. */
  async function withModel<Result>(work: (sockets: readonly string[]) => Promise<Result>): Promise<Result> {
    const chosen = busy.indexOf(Math.min(...busy));
    busy[chosen]!++;
    try {
      return await work(models[chosen]!);
    } finally {
      busy[chosen]!--;
    }
  }

  /** Sends a request, and returns the answer when its head is there. */
  function open(
    socketPath: string,
    isLast: boolean,
    contentType: string | undefined,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const isWhole = body instanceof Uint8Array;
    const outgoing = openRequest({
      ...{ socketPath, path: "/invocations", method: "POST", agent, signal },
      headers: {
        host: "localhost",
        ...(contentType !== undefined && { "content-type": contentType }),
        ...(accept !== undefined && isLast && { accept }),
        ...(isWhole ? { "content-length": body.length } : { "transfer-encoding": "chunked" }),
      },
    });
    return new Promise((resolve, reject) => {
      outgoing.on("error", reject).once("response", resolve);
      if (isWhole) outgoing.end(body);
      else pipeline(body, outgoing).catch(reject);
    });
  }

  async function askOne(
    socketPath: string,
    isLast: boolean,
    contentType: string | undefined,
    payload: Uint8Array,
    signal: AbortSignal,
  ): Promise<{ readonly body: Uint8Array; readonly type: string | undefined }> {
    for (let attempt = 0; ; attempt++) {
      signal.throwIfAborted();
      const late = AbortSignal.timeout(answerSeconds * 1000);
      let fault: TransformFault;
      try {
        const answer = await open(socketPath, isLast, contentType, payload, AbortSignal.any([signal, late]));
        const body = await wholeBody(answer);
        const status = answer.statusCode!;
        if (isSuccess(status)) return { body, type: answer.headers["content-type"] };
        fault = badStatus(status, body);
        if (status < 500) throw fault;
      } catch (error) {
        if (error instanceof TransformFault) throw error;
        signal.throwIfAborted();
        fault = noAnswer(error, late.aborted ? answerSeconds : undefined);
      }
      if (attempt >= retries) throw fault;
      await delay(firstPauseMilliseconds * 2 ** attempt, undefined, { signal });
    }
  }

  return {
    ask: (payload, signal) =>
      withModel(async (sockets) => {
        let body = payload;
        let type = options.contentType;
        for (const [index, socket] of sockets.entries())
          ({ body, type = type } = await askOne(socket, index === sockets.length - 1, type, body, signal));
        return body;
      }),

    async *stream(payload, signal) {
      const late = AbortSignal.timeout(answerSeconds * 1000);
      const ending = AbortSignal.any([signal, late]);
      try {
        let body: AsyncIterable<Uint8Array> = payload;
        let type = options.contentType;
        const [sockets] = models;
        for (const [index, socket] of sockets!.entries()) {
          const isLast = index === sockets!.length - 1;
          const answer: IncomingMessage = await open(socket, isLast, type, body, ending);
          if (!isSuccess(answer.statusCode!)) throw badStatus(answer.statusCode!, await wholeBody(answer));
          body = answer;
          type = answer.headers["content-type"];
        }
        yield* body;
      } catch (error) {
        signal.throwIfAborted();
        throw late.aborted ? noAnswer(error, answerSeconds) : error;
      }
    },

    async executionParameters(signal) {
      const [socketPath, ...others] = models[0]!;
      if (others.length > 0) return undefined;
      const ending = AbortSignal.any([signal, AbortSignal.timeout(parametersMilliseconds)]);
      const outgoing = openRequest({ socketPath, path: "/execution-parameters", agent, signal: ending });
      try {
        const answer = await new Promise<IncomingMessage>((resolve, reject) => {
          outgoing.on("error", reject).once("response", resolve).end();
        });
        const body = await wholeBody(answer);
        return answer.statusCode === 200 ? JSON.parse(Buffer.from(body).toString()) : undefined;
      } catch {
        signal.throwIfAborted();
        return undefined;
      }
    },

    close: () => agent.destroy(),
  };
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

async function wholeBody(answer: IncomingMessage): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of answer as AsyncIterable<Uint8Array>) {
    size += piece.length;
    if (size > mostAnswerBytes)
      throw new TransformFault(
        "AlgorithmError",
        `The model server's answer to a mini-batch is larger than ${mostAnswerBytes / 1024 ** 2} MB. Set MaxPayloadInMB to less.`,
      );
    pieces.push(piece);
  }
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}

const badStatus = (status: number, body: Uint8Array) =>
  new TransformFault(
    "AlgorithmError",
    `Bad HTTP status received from algorithm: ${status}`,
    Buffer.from(body).subarray(0, shownBytes).toString(),
  );

/** @param seconds the time that an answer had; undefined where it was not for the time */
const noAnswer = (error: unknown, seconds: number | undefined) =>
  new TransformFault(
    "AlgorithmError",
    seconds === undefined
      ? `Unable to get response from algorithm: ${(error as Error).message}`
      : `Model server did not respond to /invocations request within ${seconds} seconds`,
  );
