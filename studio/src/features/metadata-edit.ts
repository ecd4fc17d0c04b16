import { UpdateFeatureMetadataCommand } from "@aws-sdk/client-sagemaker";
import type { Action } from "../declare/define-resource.ts";
import { metadataChanges } from "./metadata-changes.ts";

/** Changes what is said of a feature: what it is stays. */
export const metadataEdit: Action = {
  title: "Edit",
  command: UpdateFeatureMetadataCommand,
  input: ({ Description, FeatureGroupName, FeatureName, Parameters }) => ({
    ...{ FeatureGroupName, FeatureName, Description },
    ParameterAdditions: Parameters,
  }),
  changes: metadataChanges,
  form: [
    {
      title: "What is said of it",
      fields: [
        "Description",
        {
          member: "ParameterAdditions",
          title: "Parameters",
          note: "By key and value it is found; 25 at most.",
          entry: "parameter",
          fields: ["Key", "Value"],
        },
      ],
    },
  ],
};
