import type { PythonImage } from "./define-image.ts";

/** The Python of an image, in which a run starts what its owner wrote. */
export interface PlannedPython {
  readonly image: PythonImage;
  /** The role as which the owner's code acts; absent when it has no network to act in. */
  readonly role?: string;
  /** The network of the owner's code. */
  readonly network: "host" | "none";
}
