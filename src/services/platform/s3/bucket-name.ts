import { Fault } from "../../../aws/faults.ts";

/** The rules for names of general purpose buckets, each with its reason. */
const rules: readonly { readonly broken: RegExp; readonly because: string }[] = [
  { broken: /^(.{0,2}|.{64,})$/s, because: "it must have 3 to 63 characters" },
  { broken: /[^a-z0-9.-]/, because: "it may hold lower-case letters, digits, dots and hyphens only" },
  { broken: /^[^a-z0-9]|[^a-z0-9]$/, because: "it must begin and end with a letter or digit" },
  { broken: /\.\./, because: "it must not hold two dots next to each other" },
  { broken: /^\d+\.\d+\.\d+\.\d+$/, because: "it must not look like an IP address" },
  { broken: /^(xn--|sthree-|amzn-s3-demo-)/, because: "it begins with a prefix that S3 keeps for itself" },
  { broken: /(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/, because: "it ends with a suffix that S3 keeps for itself" },
];

/** @throws Fault InvalidBucketName */
export function checkBucketName(name: string): void {
  const rule = rules.find(({ broken }) => broken.test(name));
  if (rule)
    throw new Fault("InvalidBucketName", `The specified bucket is not valid: ${rule.because}.`, {
      members: { BucketName: name },
    });
}
