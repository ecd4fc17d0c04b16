import { analyses } from "./analyses/analyses.gen.ts";
import type { Analysis } from "./define-analysis.ts";
import type { Transform } from "./define-transform.ts";
import { transforms } from "./transforms/transforms.gen.ts";

/** All steps that there are. */
export const catalogue: readonly Transform[] = transforms;

/** All analyses that there are, but for the report and code of the user's. */
export const analysisCatalogue: readonly Analysis[] = analyses;
