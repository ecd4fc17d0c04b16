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

/** What of a socket is used to answer on; a socket of Node has all of it. */
export interface FrameSocket {
  readonly writableNeedDrain: boolean;
  on(event: "data", listener: (bytes: Buffer) => void): unknown;
  on(event: "drain" | "end" | "close", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  write(bytes: Uint8Array): unknown;
  cork(): void;
  uncork(): void;
  pause(): unknown;
  resume(): unknown;
  end(): unknown;
  destroy(): unknown;
}

export interface FrameServer {
  /** Serves a connection that began with the preface; `first` is what came with it. */
  serve(socket: FrameSocket, first: Buffer): void;
  /** Tells all connections that they are to end when they are answered. */
  close(): void;
}

const mostHeadBytes = 64 * 1024;
export interface FrameServerOptions {
  readonly mostPayloadBytes: number;
  readonly mostTogether: number;
  readonly together?: (invocations: readonly Invocation[]) => readonly Answer[];
}

/** After so many answers the first of them go out, while the others are still worked on. */
const answersPerWrite = 8;

/**
 * Answers invocations that come in frames. `invoke` answers for an invocation, or for a body that is larger than
 * `mostPayloadBytes`: it is given undefined then. `together` answers several that came in together, at most
 * `mostTogether`; none is waited for.
 */
export function createFrameServer(
  invoke: (invocation: Invocation | undefined) => Answer,
  { mostPayloadBytes, mostTogether, together }: FrameServerOptions,
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
      const give = (id: number, { status, type, body }: Answer) => {
        answers.push({ id, status, head: status === 204 ? noHead : headOf(type), body });
        if (answers.length >= answersPerWrite) flush();
      };
      let gathered: { readonly id: number; readonly invocation: Invocation }[] = [];
      const giveGathered = () => {
        const asked = gathered;
        gathered = [];
        if (asked.length === 1) give(asked[0]!.id, invoke(asked[0]!.invocation));
        if (asked.length > 1)
          for (const [index, answer] of together!(asked.map(({ invocation }) => invocation)).entries())
            give(asked[index]!.id, answer);
      };
      const read = createFrameReader((id, _, head, body) => {
        if (body === undefined || body.length > mostPayloadBytes) return give(id, invoke(undefined));
        const invocation = { ...requestOf(head), body };
        if (!together || mostTogether === 1) return give(id, invoke(invocation));
        gathered.push({ id, invocation });
        if (gathered.length === mostTogether) giveGathered();
      }, mostPayloadBytes + mostHeadBytes);
      const take = (chunk: Buffer) => {
        try {
          read(chunk);
          giveGathered();
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
      // A server of HTTP leaves its own side open.
      socket.on("end", () => socket.end());
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
