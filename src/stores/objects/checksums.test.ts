import { describe, expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import { checksumMakers, combineChecksums } from "./checksums.ts";
import type { ChecksumAlgorithm } from "./port.ts";

const checksumOf = (algorithm: ChecksumAlgorithm, ...pieces: Uint8Array[]) => {
  const checksum = checksumMakers[algorithm]();
  for (const piece of pieces) checksum.update(piece);
  return checksum.value();
};
const hexOf = (algorithm: ChecksumAlgorithm, text: string) =>
  Buffer.from(checksumOf(algorithm, Buffer.from(text)), "base64").toString("hex");

describe("checksums", () => {
  // The check values of the CRC catalogue (reveng) for CRC-32/ISO-HDLC, CRC-32/ISCSI and CRC-64/NVME; SHA-1 and SHA-256
  // of FIPS 180-4's "abc".
  test("are those of the published vectors", () => {
    expect(hexOf("CRC32", "123456789")).toBe("cbf43926");
    expect(hexOf("CRC32C", "123456789")).toBe("e3069283");
    expect(hexOf("CRC64NVME", "123456789")).toBe("ae8b14860a799888");
    expect(hexOf("SHA1", "abc")).toBe("a9993e364706816aba3e25717850c26c9cd0d89d");
    expect(hexOf("SHA256", "abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(hexOf("CRC64NVME", "")).toBe("0000000000000000");
  });

  test("do not depend on how the body is cut", () => {
    const random = createRandom(7);
    const bytes = Uint8Array.from({ length: 5000 }, () => random.below(256));
    for (const algorithm of ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const) {
      const pieces = [bytes.subarray(0, 1), bytes.subarray(1, 14), bytes.subarray(14, 14), bytes.subarray(14)];
      expect(checksumOf(algorithm, ...pieces)).toBe(checksumOf(algorithm, bytes));
    }
  });

  test.each(["CRC32", "CRC32C", "CRC64NVME"] as const)(
    "%s of parts is put together to that of the whole",
    (algorithm) => {
      const random = createRandom(11);
      const bytes = Uint8Array.from({ length: 3001 }, () => random.below(256));
      const cuts = [0, 1000, 2000, 2000, 3001];
      const parts = cuts.slice(1).map((end, at) => {
        const piece = bytes.subarray(cuts[at], end);
        return { value: checksumOf(algorithm, piece), sizeBytes: piece.length };
      });
      expect(combineChecksums(algorithm, "FULL_OBJECT", parts).value).toBe(checksumOf(algorithm, bytes));
    },
  );

  test("a composite one is the checksum of the parts' checksums", () => {
    const parts = ["a", "b"].map((text) => ({ value: checksumOf("SHA256", Buffer.from(text)), sizeBytes: 1 }));
    const joined = Buffer.concat(parts.map((part) => Buffer.from(part.value, "base64")));
    expect(combineChecksums("SHA256", "COMPOSITE", parts).value).toBe(`${checksumOf("SHA256", joined)}-2`);
  });
});
