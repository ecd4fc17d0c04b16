import { Readable } from "node:stream";
import { expect, it } from "vitest";
import type { Identified } from "../request/authenticate.ts";
import type { HttpRequest } from "./http-request.ts";
import { wholeBody } from "./input-body.ts";

const identified = { payloadHash: "STREAMING-UNSIGNED-PAYLOAD-TRAILER" } as Identified;
const request = (body: string, decodedBytes: number) =>
  ({
    head: {
      headers: { "x-amz-decoded-content-length": String(decodedBytes), "x-amz-trailer": "x-amz-checksum-crc32" },
    },
    body: { stream: () => Readable.from([Buffer.from(body)]) },
  }) as unknown as HttpRequest;

it("accepts a whole body in chunks up to the same size as any other", async () => {
  const body = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
  expect(Buffer.from(await wholeBody(request(body, 5), identified, 5)).toString()).toBe("hello");
  await expect(wholeBody(request(body, 5), identified, 4)).rejects.toMatchObject({
    code: "RequestEntityTooLarge",
    status: 413,
  });
});
