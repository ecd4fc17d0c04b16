import fc from "fast-check";
import { expect, it } from "vitest";
import { createAnswerReader } from "./http-answer.ts";
import { mostAnswerBytes } from "./model-answer.ts";

/** Reads what arrives in pieces of these lengths; undefined for an answer that is not whole at the end. */
function read(bytes: Uint8Array, cuts: readonly number[], isEnded = false) {
  const reader = createAnswerReader();
  let isWhole = false;
  for (let at = 0, cut = 0; at < bytes.length; cut++) {
    const end = Math.min(bytes.length, at + cuts[cut % cuts.length]!);
    isWhole = reader.take(Buffer.from(bytes.subarray(at, end)));
    at = end;
    if (isWhole) break;
  }
  if (isEnded) isWhole = reader.end();
  if (!isWhole) return undefined;
  const { answer, isKept } = reader.whole();
  return { status: answer.status, headers: { ...answer.headers }, body: String(answer.body), isKept };
}

const pieces = (body: string, sizes: readonly number[]): string => {
  let text = "";
  for (let at = 0, index = 0; at < body.length; index++) {
    const piece = body.slice(at, at + sizes[index % sizes.length]!);
    text += `${piece.length.toString(16)}${index % 2 ? ";name=value" : ""}\r\n${piece}\r\n`;
    at += piece.length;
  }
  return `${text}0\r\nTrailer: 1\r\n\r\n`;
};

const lengths = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 });

it("an answer is the same in whatever pieces it arrives, with a length, in chunks, or to the connection's end", () => {
  const body = fc.string({ unit: "grapheme-ascii", maxLength: 120 });
  const form = fc.constantFrom("length", "chunked", "end");
  fc.assert(
    fc.property(body, form, lengths, lengths, fc.boolean(), (body, form, sizes, cuts, isAnnounced) => {
      const head = {
        length: `Content-Length: ${body.length}\r\n`,
        chunked: "Transfer-Encoding: chunked\r\n",
        end: "",
      }[form];
      const text = form === "chunked" ? pieces(body, sizes) : body;
      const before = isAnnounced ? "HTTP/1.1 100 Continue\r\n\r\n" : "";
      const bytes = Buffer.from(`${before}HTTP/1.1 201 Made\r\nX-Two: a\r\nx-two: b\r\n${head}\r\n${text}`);
      expect(read(bytes, cuts, form === "end")).toMatchObject({
        status: 201,
        headers: { "x-two": "a, b" },
        body,
        isKept: form !== "end",
      });
    }),
  );
});

it.each([
  ["HTTP/1.1 204 No Content\r\n\r\n", 204, true],
  ["HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 200, false],
  ["HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 200, false],
  ["HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n", 200, true],
  ["HTTP/1.1 200\r\nContent-Length: 0\r\n\r\nmore than was said", 200, false],
])("%j says whether its connection goes on", (text, status, isKept) => {
  expect(read(Buffer.from(text), [1_000])).toMatchObject({ status, body: "", isKept });
});

it.each([
  ["SSH-2.0-OpenSSH\r\n\r\n", "not HTTP/1.1"],
  ["HTTP/2 200\r\n\r\n", "not HTTP/1.1"],
  ["HTTP/1.1 200 OK\r\n: x\r\n\r\n", "header without a name"],
  ["HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nabcde", "length 5, 5"],
  ["HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "length -1"],
  [`HTTP/1.1 200 OK\r\nContent-Length: ${mostAnswerBytes + 1}\r\n\r\n`, "is larger than"],
  ["HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "transfer encoding gzip"],
  ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "no size"],
  [`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${"1".repeat(2_000)}`, "no size"],
  [`HTTP/1.1 200 OK\r\n${"a".repeat(70_000)}`, "headers are too long"],
])("%j is refused", (text, words) => {
  expect(() => read(Buffer.from(text), [1_000])).toThrow(words);
});

it.each([
  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
])("%j is not whole when the connection ends", (text) => {
  expect(read(Buffer.from(text), [7], true)).toBeUndefined();
});
