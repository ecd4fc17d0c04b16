/** The parts of a tag of AWS's framework images: "2.3.0-cpu-py311", "2.5.1-transformers4.49.0-gpu-py311-cu124-ubuntu22.04". */
export interface FrameworkTag {
  /** "2.3" */
  readonly version: string;
  /** "4.49.0"; absent where the image has no transformers. */
  readonly transformers?: string;
  readonly processor: "cpu" | "gpu";
  /** "3.11"; absent in some tags of serving images. */
  readonly python?: string;
}

const pattern =
  /^(?<version>\d+\.\d+)(?:\.\d+)?(?:-transformers(?<transformers>[\d.]+))?-(?<processor>cpu|gpu)(?:-py(?<major>\d)(?<minor>\d+)?)?(?:-cu\d+)?(?:-ubuntu[\d.]+)?(?:-(?:sagemaker|ec2))?(?:-v[\d.-]+)?$/;

/** Reads a tag; undefined for any other text. */
export function frameworkTag(tag: string): FrameworkTag | undefined {
  const parts = pattern.exec(tag)?.groups;
  if (!parts) return undefined;
  const { version, transformers, processor, major, minor } = parts;
  return {
    version: version!,
    ...(transformers ? { transformers } : {}),
    processor: processor as "cpu" | "gpu",
    ...(major && minor ? { python: `${major}.${minor}` } : {}),
  };
}
