import type { Transform } from "./define-transform.ts";
import { transforms } from "./transforms/transforms.gen.ts";

/** All steps that there are. */
export const catalogue: readonly Transform[] = transforms;
