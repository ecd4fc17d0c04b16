import { allOf, contains, equals, keyed } from "./search-where.ts";

export const groupStatuses = ["Creating", "Created", "CreateFailed", "Deleting", "DeleteFailed"];

/** The conditions for groups: a name in part, a status, a feature by its whole name, a tag. */
export const groupWhere = allOf(
  contains("FeatureGroupName"),
  equals("FeatureGroupStatus"),
  ({ FeatureDefinitions: Value }) =>
    Value ? { Name: "FeatureDefinitions.FeatureName", Operator: "Equals", Value } : undefined,
  keyed("Tags"),
);
