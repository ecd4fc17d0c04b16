/** Objects that a run downloads. */
export interface PlannedObjects {
  /** `S3Prefix`: all objects below the key. `ManifestFile`: the objects that the manifest at the key lists. */
  readonly type: "S3Prefix" | "ManifestFile";
  readonly bucket: string;
  readonly key: string;
}
