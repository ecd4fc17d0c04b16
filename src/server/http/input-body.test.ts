import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { Fault } from "../../aws/faults.ts";
import type { Identified } from "../request/authenticate.ts";
import type { HttpRequest } from "./http-request.ts";
import { wholeBody } from "./input-body.ts";

const identified = { payloadHash: "STREAMING-UNSIGNED-PAYLOAD-TRAILER" } as Identified;
const notBuilt = (what: string, instead: string) => new Fault("NotImplemented", `${what}; ${instead}`);
const request = (body: string, decodedBytes: number, trailer = "x-amz-checksum-crc32") =>
  ({
    head: {
      headers: { "x-amz-decoded-content-length": String(decodedBytes), "x-amz-trailer": trailer },
    },
    body: { stream: () => Readable.from([Buffer.from(body)]) },
  }) as unknown as HttpRequest;

it("accepts a whole body in chunks up to the same size as any other", async () => {
  const body = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
  expect(Buffer.from(await wholeBody(request(body, 5), identified, 5, notBuilt)).toString()).toBe("hello");
  await expect(wholeBody(request(body, 5), identified, 4, notBuilt)).rejects.toMatchObject({
    code: "RequestEntityTooLarge",
    status: 413,
  });
});

it("refuses a checksum in the trailer that cannot be computed here", async () => {
  await expect(wholeBody(request("", 0, "x-amz-checksum-sha512"), identified, 5, notBuilt)).rejects.toThrow(
    "The checksum algorithm SHA512; use one of CRC32, CRC32C, CRC64NVME, SHA1, SHA256",
  );
});
