import { S3Client } from "@aws-sdk/client-s3";
import { defineService } from "../api/define-service.ts";

export const s3 = defineService({
  id: "s3",
  commandLine: "s3api",
  clientName: "S3Client",
  Client: S3Client,
  more: {
    forcePathStyle: true,
    // A checksum by default would read every file twice: once to hash it, once to send it.
    requestChecksumCalculation: "WHEN_REQUIRED",
    // A browser unpacks what is kept compressed before anybody sees it: the checksum is of other bytes.
    responseChecksumValidation: "WHEN_REQUIRED",
  },
});
