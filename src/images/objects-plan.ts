/** Objects that a run reads. */
export interface PlannedObjects {
  /**
   * `S3Prefix`: all objects below the key. `ManifestFile`: the objects that the manifest at the key lists.
   * `AugmentedManifestFile`: what the lines of the manifest at the key hold and refer to.
   */
  readonly type: "S3Prefix" | "ManifestFile" | "AugmentedManifestFile";
  readonly bucket: string;
  readonly key: string;
  /** Present where several hosts share the objects, or the lines of an augmented manifest: they are dealt in turn. */
  readonly share?: { readonly host: number; readonly hosts: number };
}
