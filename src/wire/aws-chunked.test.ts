import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { AwsChunkedDecoder, type AwsChunkedOptions } from "./aws-chunked.ts";
import { HmacKey } from "./hmac-sha256.ts";
import { deriveSigningKey } from "./sigv4-key-cache.ts";

/** The example of the S3 documentation, "Signature calculations for the authorization header: transferring payload in multiple chunks". */
const key = new HmacKey(
  deriveSigningKey("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", {
    date: "20130524",
    region: "us-east-1",
    service: "s3",
  }),
);
const signing = (seed: string) => ({
  time: "20130524T000000Z",
  scope: "20130524/us-east-1/s3/aws4_request",
  seed,
  mac: (text: string) => key.hex(text),
});
const body = Buffer.alloc(66_560, "a");

const signed: { options: AwsChunkedOptions; text: string } = {
  options: {
    decodedBytes: 66_560,
    trailerNames: [],
    signing: signing("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"),
  },
  text: [
    "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    "a".repeat(65_536),
    "400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
    "a".repeat(1024),
    "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
    "",
    "",
  ].join("\r\n"),
};

/** The documentation's example with a signed trailer. */
const trailed: typeof signed = {
  options: {
    decodedBytes: 66_560,
    trailerNames: ["x-amz-checksum-crc32c"],
    signing: signing("106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"),
  },
  text: [
    "10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
    "a".repeat(65_536),
    "400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
    "a".repeat(1024),
    "0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
    "x-amz-checksum-crc32c:sOO8/Q==",
    "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435",
    "",
    "",
  ].join("\r\n"),
};

async function decode({ options, text }: typeof signed, pieceBytes = text.length) {
  const decoder = new AwsChunkedDecoder(options);
  const decoded = buffer(decoder);
  const bytes = Buffer.from(text, "latin1");
  for (let at = 0; at < bytes.length && !decoder.destroyed; at += pieceBytes) {
    decoder.write(bytes.subarray(at, at + pieceBytes));
  }
  decoder.end();
  return { body: await decoded, trailers: decoder.trailers };
}

const unsigned = (text: string, decodedBytes = 3, more: Partial<AwsChunkedOptions> = {}) => ({
  options: { decodedBytes, trailerNames: [], ...more },
  text,
});

describe("signed chunks", () => {
  it.each([
    ["as published", signed],
    ["as published, with a trailer", trailed],
  ])("%s, whole and byte by byte", async (_name, example) => {
    for (const pieceBytes of [example.text.length, 1, 4096]) {
      expect((await decode(example, pieceBytes)).body.equals(body)).toBe(true);
    }
  });

  it("returns the trailers", async () => {
    expect((await decode(trailed)).trailers["x-amz-checksum-crc32c"]).toBe("sOO8/Q==");
  });

  it.each([
    ["a byte of the data", (text: string) => `${text.slice(0, 50_000)}b${text.slice(50_001)}`, "SignatureDoesNotMatch"],
    ["the trailer", (text: string) => text.replace("sOO8", "sOO9"), "SignatureDoesNotMatch"],
    ["the chunks' order", (text: string) => text.slice(text.indexOf("400;")), "SignatureDoesNotMatch"],
    ["the signature's absence", (text: string) => text.replace(/;chunk-signature=\w+/, ""), "InvalidRequest"],
    ["its end cut off", (text: string) => text.slice(0, -60), "IncompleteBody"],
  ])("refuses %s", async (_name, change, code) => {
    await expect(decode({ ...trailed, text: change(trailed.text) })).rejects.toMatchObject({ code });
  });
});

describe("unsigned chunks", () => {
  const crc = (value: string) => ({
    trailerNames: ["x-amz-checksum-crc32"],
    checksum: { name: "x-amz-checksum-crc32", update: () => {}, value: () => value },
  });

  it("checks the announced checksum", async () => {
    const text = "3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n";
    expect((await decode(unsigned(text, 3, crc("NSRBwg==")))).body.toString()).toBe("abc");
    await expect(decode(unsigned(text, 3, crc("AAAAAA==")))).rejects.toMatchObject({ code: "BadDigest" });
  });

  it("takes an empty body", async () => {
    expect((await decode(unsigned("0\r\n\r\n", 0))).body.length).toBe(0);
  });

  it.each([
    ["zz\r\nabc\r\n0\r\n\r\n", "InvalidRequest", '"zz" is no chunk size'],
    ["-3\r\nabc\r\n0\r\n\r\n", "InvalidRequest", "no chunk size"],
    ["3\r\nabcd\r\n0\r\n\r\n", "InvalidRequest", "longer than its size"],
    ["4\r\nabcd\r\n0\r\n\r\n", "IncompleteBody", "3 bytes"],
    ["2\r\nab\r\n0\r\n\r\n", "IncompleteBody", "3 bytes"],
    ["3\r\nab", "IncompleteBody", ""],
    ["", "IncompleteBody", ""],
    ["3\r\nabc\r\n0\r\n\r\nmore\r\n", "InvalidRequest", "after the end"],
    ["3\r\nabc\r\n0\r\nx-amz-other:1\r\n\r\n", "MalformedTrailerError", "x-amz-other is not announced"],
    [`${"1".repeat(5000)}`, "InvalidRequest", "too long"],
  ])("refuses %j", async (text, code, words) => {
    const refusal = await decode(unsigned(text)).catch((error) => error);
    expect(refusal.code).toBe(code);
    expect(refusal.message).toContain(words);
  });

  it("refuses a body without an announced trailer", async () => {
    const refusal = decode(unsigned("3\r\nabc\r\n0\r\n\r\n", 3, crc("")));
    await expect(refusal).rejects.toMatchObject({ code: "MalformedTrailerError" });
  });
});
