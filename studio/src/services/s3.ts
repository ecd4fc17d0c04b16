import { S3Client } from "@aws-sdk/client-s3";
import { defineService } from "../api/define-service.ts";

export const s3 = defineService({
  id: "s3",
  commandLine: "s3api",
  clientName: "S3Client",
  Client: S3Client,
  // A checksum by default would read every file twice: once to hash it, once to send it.
  more: { forcePathStyle: true, requestChecksumCalculation: "WHEN_REQUIRED" },
});
