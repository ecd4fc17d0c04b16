import type { RequestHead } from "./wire.ts";
import type { WireService } from "./wire-services.ts";

/** What browsers ask of S3 without a signature in the request: may I (CORS), and a form whose policy is signed. */
const unsignedRequests = {
  preflight: {
    what: "S3's answer to a preflight request (CORS)",
    instead: "sign the request itself or a link",
  },
  form: { what: "S3's upload by a form (presigned POST)", instead: "sign the request itself or a link" },
} as const;

/** The refusal of such a request; undefined for any other. */
export function unsignedRequest({ id }: WireService, { method, headers }: RequestHead) {
  if (id !== "s3") return undefined;
  if (method === "OPTIONS") return unsignedRequests.preflight;
  return method === "POST" && /^multipart\/form-data/i.test(headers["content-type"] ?? "")
    ? unsignedRequests.form
    : undefined;
}
