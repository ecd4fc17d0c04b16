import { nameOfStep, stepOf } from "../frame/place.ts";

/** A bucket, or a folder or an object in it. */
export interface S3Place {
  readonly bucket: string;
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly isFolder: boolean;
}

const asObject = "object";

/** The page of a bucket, a folder or an object: a key that ends with a slash may be both. */
export function s3Address(bucket: string, key: string, isFolder = key === "" || key.endsWith("/")): string {
  const asked = new URLSearchParams({
    ...(key !== "" && { key }),
    ...(!isFolder && isAlsoFolder(key) && { as: asObject }),
  });
  return `/s3/${stepOf(bucket)}${asked.size === 0 ? "" : `?${asked}`}`;
}

/** Reads such an address; undefined for that of the list of buckets. */
export function s3PlaceOf(pathname: string, search: URLSearchParams): S3Place | undefined {
  const step = pathname.split("/")[2] ?? "";
  if (step === "") return undefined;
  const key = search.get("key") ?? "";
  const isFolder = key === "" || (isAlsoFolder(key) && search.get("as") !== asObject);
  return { bucket: nameOfStep(step), key, isFolder };
}

const isAlsoFolder = (key: string) => key.endsWith("/");

/** The page of what an S3 URI names; undefined for a text that is none. */
export function addressOfUri(uri: string): string | undefined {
  const [, bucket, key = ""] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(uri) ?? [];
  return bucket === undefined ? undefined : s3Address(bucket, key);
}
