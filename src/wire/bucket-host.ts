import type { RequestHead } from "./wire.ts";

/**
 * Makes what finds the bucket of an S3 request in the host's name: `GET /key` of `bucket.localhost` means `GET
 * /bucket/key`. SDKs send that form to every address that has a name. The path is changed for what reads the request
 * only; the signature is of what was sent.
 */
export function createBucketFinder(hostName: string): (head: RequestHead) => RequestHead {
  const names = ["localhost", "s3.localhost", ...(hostName === "" ? [] : [hostName.toLowerCase()])];
  const suffixes = names.map((name) => `.${name}`).sort((one, other) => other.length - one.length);
  return (head) => {
    const host = (head.headers.host ?? "").replace(/:\d*$/, "").toLowerCase();
    if (names.includes(host)) return head;
    const suffix = suffixes.find((ending) => host.length > ending.length && host.endsWith(ending));
    return suffix === undefined ? head : { ...head, path: `/${host.slice(0, -suffix.length)}${head.path}` };
  };
}
