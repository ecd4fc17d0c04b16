import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { type CyclicCheck, crcCombiner, createCrc32c, createCrc64 } from "./crc.ts";
import type { ChecksumAlgorithm, ObjectChecksum } from "./port.ts";

/** A checksum being computed. `value()` returns it in base64 and is called once, last. */
export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  value(): string;
}

export const checksumMakers: Readonly<Record<ChecksumAlgorithm, () => RunningChecksum>> = {
  CRC32: () => {
    let value = 0;
    return {
      update: (bytes) => {
        value = crc32(bytes, value);
      },
      value: () => toBase64(BigInt(value), 4),
    };
  },
  CRC32C: () => {
    const crc = createCrc32c();
    return { update: crc.update, value: () => toBase64(crc.value(), 4) };
  },
  CRC64NVME: () => {
    const crc = createCrc64();
    return { update: crc.update, value: () => toBase64(crc.value(), 8) };
  },
  SHA1: () => digest("sha1"),
  SHA256: () => digest("sha256"),
};

function digest(name: "sha1" | "sha256"): RunningChecksum {
  const hash = createHash(name);
  return { update: (bytes) => void hash.update(bytes), value: () => hash.digest("base64") };
}

/** The bytes of the checks whose value for a whole follows from those of its parts. */
const combined: Readonly<Record<CyclicCheck, number>> = { CRC32: 4, CRC32C: 4, CRC64NVME: 8 };

/** Whether the checksum of a whole object can be made from those of its parts. */
export const combines = (algorithm: ChecksumAlgorithm): algorithm is CyclicCheck => Object.hasOwn(combined, algorithm);

/** Returns the checksum of an object from those of its parts, as S3 makes it for either type. */
export function combineChecksums(
  algorithm: ChecksumAlgorithm,
  type: ObjectChecksum["type"],
  parts: readonly { readonly value: string; readonly sizeBytes: number }[],
): ObjectChecksum {
  if (type === "COMPOSITE") {
    const whole = checksumMakers[algorithm]();
    for (const part of parts) whole.update(Buffer.from(part.value, "base64"));
    return { algorithm, type, value: `${whole.value()}-${parts.length}` };
  }
  if (!combines(algorithm))
    throw new TypeError(`${algorithm} of a whole object cannot be made from those of its parts`);
  const append = crcCombiner(algorithm);
  let value = 0n;
  for (const part of parts) value = append(value, fromBase64(part.value), part.sizeBytes);
  return { algorithm, type, value: toBase64(value, combined[algorithm]) };
}

function toBase64(value: bigint, bytes: number): string {
  return Buffer.from(value.toString(16).padStart(bytes * 2, "0"), "hex").toString("base64");
}

const fromBase64 = (text: string): bigint => BigInt(`0x${Buffer.from(text, "base64").toString("hex")}`);
