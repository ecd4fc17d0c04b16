import { type Fault, validationFault } from "../aws/faults.ts";

/** The refusals of the kinds that only tests have, to be spread into their declarations. */
export const refusals = {
  missing: ({ arn }: { readonly arn: string }): Fault => validationFault(`Could not find "${arn}".`),
  existing: ({ arn }: { readonly arn: string }): Fault => validationFault(`"${arn}" is taken.`),
};
