import { answerTooLarge, type ModelAnswer, mostAnswerBytes } from "./model-answer.ts";

/** Reads one answer of HTTP/1.1 from the bytes of a connection. */
export interface AnswerReader {
  /** Takes bytes and returns whether the answer is whole. Throws for what is none, and for one that is too large. */
  take(chunk: Buffer): boolean;
  /** Returns whether the end of the connection ends the answer. */
  end(): boolean;
  hasBegun(): boolean;
  /** The answer when it is whole, and whether the connection can take another request. */
  whole(): { readonly answer: ModelAnswer; readonly isKept: boolean };
}

const mostHeadBytes = 64 * 1024;
/** A line with the size of a piece. */
const mostLineBytes = 1024;
const headEnd = "\r\n\r\n";
const nothing: Buffer = Buffer.alloc(0);

export function createAnswerReader(): AnswerReader {
  /** What is not read yet: the head, or a line between pieces. */
  let rest = nothing;
  let hasBegun = false;
  let head: Head | undefined;
  let pieces: Buffer[] = [];
  let bodyBytes = 0;
  /** Bytes of the body, or of its piece, that are to come. */
  let expected = 0;
  /** What of a body in pieces is to come next. */
  let next: "size" | "bytes" | "line" | "trailer" = "size";
  let isWhole = false;
  let isSpoilt = false;

  const add = (bytes: Buffer) => {
    if (bytes.length === 0) return;
    bodyBytes += bytes.length;
    if (bodyBytes > mostAnswerBytes) throw new Error(answerTooLarge);
    pieces.push(bytes);
  };

  /** Returns a whole line of what has come, without its end; keeps what is none yet. */
  const takeLine = (chunk: Buffer, from: number): { readonly line: string; readonly end: number } | undefined => {
    const at = chunk.indexOf("\n", from);
    if (at < 0) {
      rest = chunk.subarray(from);
      if (rest.length > mostLineBytes) throw new Error("A piece of the answer has no size.");
      return undefined;
    }
    return { line: chunk.toString("latin1", from, at).trimEnd(), end: at + 1 };
  };

  const takePieces = (received: Buffer) => {
    const chunk = rest.length > 0 ? Buffer.concat([rest, received]) : received;
    rest = nothing;
    let at = 0;
    while (at < chunk.length && !isWhole) {
      if (next === "bytes") {
        const end = Math.min(chunk.length, at + expected);
        add(chunk.subarray(at, end));
        expected -= end - at;
        at = end;
        if (expected === 0) next = "line";
        continue;
      }
      const found = takeLine(chunk, at);
      if (!found) return;
      at = found.end;
      if (next === "size") {
        const size = /^([0-9a-f]{1,8})\s*(;.*)?$/i.exec(found.line)?.[1];
        if (size === undefined) throw new Error("A piece of the answer has no size.");
        expected = Number.parseInt(size, 16);
        next = expected === 0 ? "trailer" : "bytes";
      } else if (next === "line") next = "size";
      else if (found.line === "") isWhole = true;
    }
    if (at < chunk.length) isSpoilt = true;
  };

  const takeBody = (chunk: Buffer) => {
    const { body } = head!;
    if (body === "pieces") takePieces(chunk);
    else if (body === "rest") add(chunk);
    else {
      add(chunk.subarray(0, expected));
      if (chunk.length > expected) isSpoilt = true;
      expected = Math.max(0, expected - chunk.length);
      isWhole = expected === 0;
    }
  };

  return {
    take(chunk) {
      hasBegun = true;
      let bytes = chunk;
      while (!head) {
        const received = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes;
        const end = received.indexOf(headEnd);
        if ((end < 0 ? received.length : end) > mostHeadBytes) throw new Error("The answer's headers are too long.");
        rest = nothing;
        if (end < 0) {
          rest = received;
          return false;
        }
        const read = readHead(received.toString("latin1", 0, end));
        bytes = received.subarray(end + headEnd.length);
        // What a server says before its answer, such as 100 Continue.
        if (read.status >= 200) head = read;
        else if (bytes.length === 0) return false;
        if (head && typeof head.body === "number") expected = head.body;
      }
      takeBody(bytes);
      return isWhole;
    },
    end() {
      if (head?.body === "rest") isWhole = true;
      return isWhole;
    },
    hasBegun: () => hasBegun,
    whole() {
      const { status, headers, isKept } = head!;
      const body = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
      pieces = [];
      return { answer: { status, headers, body }, isKept: isKept && !isSpoilt };
    },
  };
}

interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body's length, or that it comes in pieces, or that it lasts until the connection ends. */
  readonly body: number | "pieces" | "rest";
  readonly isKept: boolean;
}

function readHead(text: string): Head {
  const [first, ...lines] = text.split("\r\n");
  const [, minor, code] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(first!) ?? [];
  if (code === undefined) throw new Error("The answer is not HTTP/1.1.");
  const headers: Record<string, string> = Object.create(null);
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon <= 0) throw new Error("The answer has a header without a name.");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  const status = Number(code);
  const body = bodyOf(status, headers);
  const connection = headers.connection?.toLowerCase() ?? "";
  const isKept = body !== "rest" && (minor === "1" ? !connection.includes("close") : connection.includes("keep-alive"));
  return { status, headers, body, isKept };
}

function bodyOf(status: number, headers: Readonly<Record<string, string>>): Head["body"] {
  if (status < 200 || status === 204 || status === 304) return 0;
  const coding = headers["transfer-encoding"];
  if (coding !== undefined) {
    if (coding.toLowerCase() !== "chunked") throw new Error(`The answer has the transfer encoding ${coding}.`);
    return "pieces";
  }
  const length = headers["content-length"];
  if (length === undefined) return "rest";
  if (!/^\d{1,15}$/.test(length)) throw new Error(`The answer has the length ${length}.`);
  if (Number(length) > mostAnswerBytes) throw new Error(answerTooLarge);
  return Number(length);
}
