// Made by tools/constraints.ts from botocore's model of sts (Apache-2.0). Do not edit.
import type { ConstraintFacts } from "./facts.ts";

export const facts: ConstraintFacts = {
  operations: [
    "GetCallerIdentity",
  ],
  shapes: {
  },
  members: {
  },
};
