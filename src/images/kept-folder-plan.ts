/** A folder whose files are uploaded, while the run goes on as far as nothing writes to them any more. */
export interface KeptFolder {
  /** Below /opt/ml. */
  readonly folder: string;
  readonly bucket: string;
  /** Without a slash at the end; "" for the bucket itself. */
  readonly prefix: string;
  /** Whether what is in S3 comes to the folder first, and what the program removes is removed there too. */
  readonly bothWays?: boolean;
}
