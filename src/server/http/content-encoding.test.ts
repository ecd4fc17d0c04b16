import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decodeContent } from "./content-encoding.ts";

const limit = 100_000;
const decode = async (body: Uint8Array, encoding: string) =>
  Buffer.from(await decodeContent(body, encoding, limit, "SerializationException")).toString();
const text = '{"Namespace":"N"}';
const zipped = gzipSync(text);

describe("a body is decoded", () => {
  it.each([
    ["gzip", zipped],
    ["GZIP", zipped],
    ["x-gzip", zipped],
    ["identity", Buffer.from(text)],
    ["amz-1.0", Buffer.from(text)],
    ["", Buffer.from(text)],
    ["identity, gzip", zipped],
    ["gzip,gzip", gzipSync(zipped)],
    ["gzip , , gzip", gzipSync(zipped)],
  ])("that is %j", async (encoding, body) => {
    expect(await decode(body, encoding)).toBe(text);
  });

  it("in several gzip members", async () => {
    expect(await decode(Buffer.concat([gzipSync("one "), gzipSync("two")]), "gzip")).toBe("one two");
  });

  it("that is empty, in any coding", async () => {
    expect(await decode(Buffer.alloc(0), "gzip")).toBe("");
    expect(await decode(gzipSync(""), "gzip")).toBe("");
    expect(await decode(gzipSync(""), "gzip, gzip")).toBe("");
  });

  it("of exactly the limit", async () => {
    expect(await decode(gzipSync(Buffer.alloc(limit, "a")), "gzip")).toHaveLength(limit);
  });
});

describe("a body is refused", () => {
  const corrupt = Buffer.from(zipped);
  corrupt[corrupt.length - 6]! ^= 1;
  it.each([
    ["cut off", zipped.subarray(0, -3), "gzip", "unexpected end of file"],
    ["cut off in its head", zipped.subarray(0, 5), "gzip", "unexpected end of file"],
    ["with a wrong checksum", corrupt, "gzip", "incorrect data check"],
    ["not in gzip", Buffer.from(text), "gzip", "incorrect header check"],
    ["in gzip once, said twice", zipped, "gzip, gzip", "incorrect header check"],
  ])("%s", async (_how, body, encoding, words) => {
    await expect(decode(body, encoding)).rejects.toMatchObject({
      code: "SerializationException",
      status: 400,
      message: `Could not inflate the request body: ${words}`,
    });
  });

  const bomb = gzipSync(Buffer.alloc(50_000_000));
  it.each([
    ["one byte over the limit", gzipSync(Buffer.alloc(limit + 1)), "gzip"],
    ["a bomb", bomb, "gzip"],
    ["a bomb in a bomb", gzipSync(bomb), "gzip, gzip"],
    ["a bomb in many members", Buffer.concat(Array(11).fill(gzipSync(Buffer.alloc(10_000)))), "gzip"],
  ])("%s", async (_how, body, encoding) => {
    await expect(decode(body, encoding)).rejects.toMatchObject({ code: "RequestEntityTooLarge", status: 413 });
  });

  it.each([
    ["br", 'The content coding "br"'],
    ["gzip, custom", 'The content coding "custom"'],
    ["custom, gzip", 'The content coding "custom"'],
    ["constructor", 'The content coding "constructor"'],
    ["aws-chunked", 'The content coding "aws-chunked"'],
    ["gzip,gzip,gzip,gzip,gzip", "5 content codings"],
  ])("in %s", async (encoding, words) => {
    await expect(decode(zipped, encoding)).rejects.toMatchObject({
      code: "UnsupportedMediaTypeException",
      status: 415,
      message: expect.stringContaining(`${words} can not be read; use gzip`),
    });
  });
});
