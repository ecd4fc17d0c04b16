import { isRegion } from "./region.ts";

export interface S3Location {
  readonly bucket: string;
  /** "" for the bucket itself. */
  readonly key: string;
}

const host =
  /^(?:(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\.)?s3(?:[.-](?<region>[a-z0-9-]+))?\.amazonaws\.com(?:\.cn)?$/;

/**
 * Returns the bucket and key of `s3://bucket/key`, `https://bucket.s3.region.amazonaws.com/key`,
 * `https://bucket.s3-region...` and `https://s3.region.amazonaws.com/bucket/key`; undefined for anything else.
 */
export function parseS3Location(url: string): S3Location | undefined {
  const plain = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(url);
  if (plain) return { bucket: plain[1]!, key: plain[2]! };
  const web = /^https:\/\/([^/]+)\/(.*)$/s.exec(url);
  const found = web && host.exec(web[1]!);
  if (!found) return undefined;
  const { bucket, region } = found.groups!;
  if (region !== undefined && !isRegion(region)) return undefined;
  const path = decoded(web[2]!);
  if (path === undefined) return undefined;
  if (bucket) return { bucket, key: path };
  const slash = path.indexOf("/");
  return slash < 1 ? undefined : { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
