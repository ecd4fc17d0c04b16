import { createHostNames, hostOf } from "./host-names.ts";
import type { RequestHead } from "./wire.ts";

/**
 * Makes what finds the bucket of an S3 request in the host's name: `GET /key` of `bucket.localhost` is for the object
 * `key` of `bucket`. SDKs send that form to every address that has a name. Returns "" when the host names no bucket.
 */
export function createBucketFinder(hostName: string): (head: RequestHead) => string {
  const names = ["s3.localhost", ...createHostNames(hostName).all];
  const suffixes = names.map((name) => `.${name}`).sort((one, other) => other.length - one.length);
  return (head) => {
    const host = hostOf(head);
    if (names.includes(host)) return "";
    const suffix = suffixes.find((ending) => host.endsWith(ending));
    return suffix === undefined ? "" : host.slice(0, -suffix.length);
  };
}
