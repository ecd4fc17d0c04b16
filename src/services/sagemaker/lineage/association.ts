import { validationFault } from "../../../aws/faults.ts";
import { defineOperations } from "../../../frame/define-operations.ts";

/** The edges of lineage. Nothing adds one yet, AddAssociation being refused as not built, so there are none to read. */
export const associations = defineOperations("sagemaker", {
  async ListAssociations({ NextToken }) {
    if (NextToken) throw validationFault("NextToken is not one that ListAssociations gave: there is one page.");
    return { AssociationSummaries: [] };
  },
});
