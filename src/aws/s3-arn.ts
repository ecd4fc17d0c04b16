/** Returns the ARN of a bucket, or of the objects that a key with `*` stands for. */
export const s3Arn = (bucket: string, key?: string): string =>
  key === undefined ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`;
