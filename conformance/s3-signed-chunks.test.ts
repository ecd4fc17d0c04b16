import { createHash, createHmac } from "node:crypto";
import { crc32 } from "node:zlib";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { type RawAnswer, rawRequest, sendRaw } from "./raw-request.ts";
import { s3, target, useBucket } from "./s3-bucket.ts";

/**
 * Uploads whose chunks are each signed, as the SDKs for Java and Go send them over plain HTTP. No client of the other
 * tests does that, so the chunks are made here by the formula of the S3 documentation. They start from the signature of
 * the request's head, which the SDK makes.
 */
const bucket = "signed-chunks";
useBucket(bucket);

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Uint8Array, text: string) => createHmac("sha256", key).update(text).digest();

async function upload(
  chunks: readonly Buffer[],
  trailers: boolean,
  change = (body: Buffer) => body,
): Promise<RawAnswer> {
  const data = Buffer.concat(chunks);
  const head = await rawRequest(target, {
    method: "PUT",
    path: `/${bucket}/object`,
    service: "s3",
    headers: {
      "content-encoding": "aws-chunked",
      "x-amz-content-sha256": `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailers ? "-TRAILER" : ""}`,
      "x-amz-decoded-content-length": String(data.length),
      ...(trailers && { "x-amz-trailer": "x-amz-checksum-crc32" }),
    },
    contentLength: "LENGTH",
  });
  const text = head.toString("latin1");
  const time = /x-amz-date: (\S+)/.exec(text)![1]!;
  const scope = /Credential=[^/]+\/(\S+?),/.exec(text)![1]!;
  let last = /Signature=(\w+)/.exec(text)![1]!;
  const key = scope.split("/").reduce<string | Uint8Array>(hmac, `AWS4${target.secretAccessKey}`);
  const sign = (kind: string, ...rest: string[]) => {
    last = hmac(key, [`AWS4-HMAC-SHA256-${kind}`, time, scope, last, ...rest].join("\n")).toString("hex");
    return last;
  };

  const parts = [...chunks, Buffer.alloc(0)].map((chunk) => {
    const line = `${chunk.length.toString(16)};chunk-signature=${sign("PAYLOAD", sha256(""), sha256(chunk))}\r\n`;
    return Buffer.concat([Buffer.from(line), chunk, Buffer.from(chunk.length > 0 ? "\r\n" : "")]);
  });
  let end = "\r\n";
  if (trailers) {
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(data));
    const trailer = `x-amz-checksum-crc32:${checksum.toString("base64")}`;
    end = `${trailer}\r\nx-amz-trailer-signature:${sign("TRAILER", sha256(`${trailer}\n`))}\r\n\r\n`;
  }
  const body = change(Buffer.concat([...parts, Buffer.from(end)]));
  return sendRaw(target, Buffer.concat([Buffer.from(text.replace("LENGTH", String(body.length)), "latin1"), body]));
}

const stored = async () => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: "object" }));
  return Buffer.from(await Body!.transformToByteArray());
};
const chunks = [Buffer.alloc(65_536, "a"), Buffer.alloc(65_536, "b"), Buffer.from("end")];

test.each([false, true])("are stored without their framing (with a trailer: %s)", async (trailers) => {
  expect(await upload(chunks, trailers)).toMatchObject({ status: 200 });
  expect((await stored()).equals(Buffer.concat(chunks))).toBe(true);
});

test("leave what was there when a byte is changed on the way", async () => {
  await upload(chunks, true);
  const change = (body: Buffer) => {
    body[100_000]! ^= 1;
    return body;
  };
  const refused = await upload([Buffer.alloc(200_000, "c")], true, change);
  expect(refused).toMatchObject({ status: 403, code: "SignatureDoesNotMatch" });
  expect((await stored()).equals(Buffer.concat(chunks))).toBe(true);
});
