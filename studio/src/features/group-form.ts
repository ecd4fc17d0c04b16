import type { CreateFeatureGroupRequest } from "@aws-sdk/client-sagemaker";
import type { FormGroup } from "../declare/form-group.ts";
import { DefinedFeature, definedProblem, definitionsProblem } from "./defined-feature.tsx";
import { DefinitionsEditor } from "./definitions-editor.tsx";

/** The steps that make a group, in the order in which they need each other. */
export const groupForm: readonly FormGroup<CreateFeatureGroupRequest>[] = [
  {
    title: "Group",
    fields: [{ member: "FeatureGroupName", isName: true }, "Description", "RoleArn"],
  },
  {
    title: "Definitions",
    fields: [
      {
        member: "FeatureDefinitions",
        title: "Features",
        note: "Others can be added later. A definition is never changed or removed.",
        as: DefinitionsEditor,
        check: definitionsProblem,
      },
    ],
  },
  {
    title: "Records",
    fields: [
      {
        member: "RecordIdentifierFeatureName",
        title: "Record identifier",
        note: "The feature that says whose record it is.",
        as: DefinedFeature,
        check: definedProblem("RecordIdentifierFeatureName"),
      },
      {
        member: "EventTimeFeatureName",
        title: "Event time",
        note: "The feature that says when it was so: a String in ISO-8601, or a Fractional of seconds since 1970.",
        as: DefinedFeature,
        check: definedProblem("EventTimeFeatureName", { Integral: "An event time is a String or a Fractional." }),
      },
    ],
  },
  {
    title: "Stores",
    fields: [
      "OnlineStoreConfig.EnableOnlineStore",
      "OnlineStoreConfig.StorageType",
      "OfflineStoreConfig.S3StorageConfig.S3Uri",
      "OfflineStoreConfig.TableFormat",
    ],
  },
];
