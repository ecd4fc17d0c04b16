import { createHash } from "node:crypto";
import { Transform } from "node:stream";
import { Fault } from "../aws/faults.ts";

export const payloadHashMismatch = (signed: string, computed: string): Fault =>
  new Fault(
    "XAmzContentSHA256Mismatch",
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    {
      members: { ClientComputedContentSHA256: signed, S3ComputedContentSHA256: computed },
    },
  );

/** Passes a body on, and fails at its end when its SHA-256 is not the signed one. */
export function checkPayloadHash(signed: string): Transform {
  const hash = createHash("sha256");
  return new Transform({
    transform(bytes, _encoding, done) {
      hash.update(bytes);
      done(null, bytes);
    },
    flush(done) {
      const computed = hash.digest("hex");
      done(computed === signed ? null : payloadHashMismatch(signed, computed));
    },
  });
}
