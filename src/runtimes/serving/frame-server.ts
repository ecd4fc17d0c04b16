import type { Socket } from "node:net";
import {
  createFrameReader,
  type Frame,
  frameBuffers,
  frameHead,
  framePreface,
  headNames,
} from "../../images/serving-frame.ts";
import type { Answer } from "../../ml/define-algorithm.ts";
import type { Invocation } from "./invocation.ts";

export interface FrameServer {
  /** Serves a connection that began with the preface; `first` is what came with it. */
  serve(socket: Socket, first: Buffer): void;
  /** Tells all connections that they are to end when they are answered. */
  close(): void;
}

const mostHeadBytes = 64 * 1024;
/** After so many answers the first of them go out, while the others are still worked on. */
const answersPerWrite = 8;

/**
 * Answers invocations that come in frames. `invoke` answers for an invocation, or for a body that is larger than
 * `mostPayloadBytes`: it is given undefined then.
 */
export function createFrameServer(
  invoke: (invocation: Invocation | undefined) => Answer,
  mostPayloadBytes: number,
): FrameServer {
  const closers = new Set<() => void>();
  const headOf = createTypeHeads();
  const requestOf = createRequestHeads();

  return {
    serve(socket, first) {
      let answers: Frame[] = [];
      const flush = () => {
        if (answers.length === 0) return;
        const buffers = frameBuffers(answers);
        answers = [];
        if (buffers.length > 1) socket.cork();
        for (const buffer of buffers) socket.write(buffer);
        if (buffers.length > 1) socket.uncork();
        // Who does not read its answers gets no others.
        if (socket.writableNeedDrain) socket.pause();
      };
      const read = createFrameReader((id, _, head, body) => {
        const tooLarge = body === undefined || body.length > mostPayloadBytes;
        const { status, type, body: answer } = invoke(tooLarge ? undefined : { ...requestOf(head), body });
        answers.push({ id, status, head: status === 204 ? noHead : headOf(type), body: answer });
        if (answers.length >= answersPerWrite) flush();
      }, mostPayloadBytes + mostHeadBytes);
      const take = (chunk: Buffer) => {
        try {
          read(chunk);
          flush();
        } catch (error) {
          console.error(error);
          socket.destroy();
        }
      };
      const closer = () => {
        answers.push({ id: 0, status: 0, head: noHead, body: "" });
        flush();
      };
      closers.add(closer);
      socket.on("data", take);
      socket.on("drain", () => socket.resume());
      socket.on("error", () => {});
      socket.on("close", () => closers.delete(closer));
      socket.write(framePreface);
      take(first);
    },
    close() {
      for (const closer of closers) closer();
    },
  };
}

const noHead = frameHead([]);

function createTypeHeads(): (type: string) => Buffer {
  const heads = new Map<string, Buffer>();
  return (type) => {
    let head = heads.get(type);
    if (!head) {
      head = frameHead(["content-type", type]);
      heads.set(type, head);
    }
    return head;
  };
}

/** Reads what the head of a request says; requests in a row mostly have the same. */
function createRequestHeads(): (head: Buffer) => Omit<Invocation, "body"> {
  let last: Buffer | undefined;
  let request = { contentType: "", accept: "" };
  return (head) => {
    if (last === undefined || !head.equals(last)) {
      last = Buffer.from(head);
      const names = headNames(last);
      request = { contentType: "", accept: "" };
      for (let at = 0; at < names.length; at += 2) {
        if (names[at] === "content-type") request.contentType = names[at + 1]!;
        if (names[at] === "accept") request.accept = names[at + 1]!;
      }
    }
    return request;
  };
}
