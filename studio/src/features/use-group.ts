import { DescribeFeatureGroupCommand } from "@aws-sdk/client-sagemaker";
import { useQuery } from "@tanstack/react-query";
import { call } from "../api/command.ts";
import { detailKey } from "../frame/query.ts";
import { sagemaker } from "../services/sagemaker.ts";
import { type Group, groupKind, groupOf } from "./group.ts";

export const readGroup = async (FeatureGroupName: string, signal?: AbortSignal): Promise<Group> =>
  groupOf(await call(sagemaker, DescribeFeatureGroupCommand, { FeatureGroupName }, signal));

/** Reads a group that a page has not read; none for the empty name. */
export const useGroup = (name: string) =>
  useQuery({
    queryKey: [...detailKey(groupKind, name), "group"],
    queryFn: ({ signal }) => readGroup(name, signal),
    enabled: name !== "",
  });
