import { defineSystem } from "../define-system.ts";

/** AWS's SDK for Ruby as Debian packages it: of 2022, when SDKs knew no trailing checksums and sent MD5 sums. */
export const ruby = defineSystem({
  name: "ruby",
  clients: [{ name: "AWS SDK for Ruby 3, S3 and STS", version: "1.117.2 (Debian 12)" }],
  programs: [{ command: "ruby", debian: "ruby-aws-sdk-s3", advice: "Install Ruby 3 and its gem aws-sdk-s3" }],
});
