import { ListFeatureGroupsCommand } from "@aws-sdk/client-sagemaker";
import { call } from "../api/command.ts";
import { sagemaker } from "../services/sagemaker.ts";

/** Names that a choice has at most. */
const most = 1_000;

/** The names of the groups that are there, or of those with an offline store. */
export async function allGroups(offline = false): Promise<string[]> {
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await call(sagemaker, ListFeatureGroupsCommand, {
      ...{ NextToken, MaxResults: 100, SortBy: "Name" as const, SortOrder: "Ascending" as const },
      ...(offline && { FeatureGroupStatusEquals: "Created" as const }),
    });
    // A group without an offline store has no status of one.
    const groups = (page.FeatureGroupSummaries ?? []).filter(
      ({ OfflineStoreStatus }) => !offline || OfflineStoreStatus,
    );
    names.push(...groups.map(({ FeatureGroupName }) => FeatureGroupName!));
    NextToken = page.NextToken;
  } while (NextToken !== undefined && names.length < most);
  return names;
}
