import { GetWorkGroupCommand, ListQueryExecutionsCommand } from "@aws-sdk/client-athena";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../api/command.ts";
import { unlessDenied } from "../api/is-denied.ts";
import { queries } from "../frame/query.ts";
import { athena } from "../services/athena.ts";
import { s3 } from "../services/s3.ts";
import { queryKind, readQuery } from "./run-query.ts";

interface Place {
  /** Whether the work group says it. */
  readonly isGiven: boolean;
  readonly location: string;
}

export interface Output extends Place {
  choose(location: string): void;
}

/** What was chosen, until the page is left. */
const chosen = new Map<string, string>();

/**
 * Where results go: as the work group says, as was chosen, where the newest query's went, or a folder of a bucket. A role
 * that may ask queries may not always see all of that; it chooses.
 */
async function outputOf(WorkGroup: string, signal: AbortSignal): Promise<Place> {
  const group = await unlessDenied(call(athena, GetWorkGroupCommand, { WorkGroup }, signal));
  const given = group?.WorkGroup?.Configuration?.ResultConfiguration?.OutputLocation;
  if (given) return { isGiven: true, location: given };
  const before = await unlessDenied(newestOutput(WorkGroup, signal));
  if (before) return { isGiven: false, location: before.slice(0, before.lastIndexOf("/") + 1) };
  const buckets = await unlessDenied(call(s3, ListBucketsCommand, {}, signal));
  const bucket = buckets?.Buckets?.[0];
  return { isGiven: false, location: bucket ? `s3://${bucket.Name}/query-results/` : "" };
}

async function newestOutput(WorkGroup: string, signal: AbortSignal): Promise<string | undefined> {
  const { QueryExecutionIds = [] } = await call(
    athena,
    ListQueryExecutionsCommand,
    { WorkGroup, MaxResults: 1 },
    signal,
  );
  const newest = QueryExecutionIds[0] && (await readQuery(QueryExecutionIds[0], signal));
  return newest ? newest.ResultConfiguration?.OutputLocation : undefined;
}

const asked = (workGroup: string) => ({
  queryKey: ["athena/workgroup", "output", workGroup],
  queryFn: ({ signal }: { readonly signal: AbortSignal }) => outputOf(workGroup, signal),
  staleTime: 60_000,
});

const asChosen = (workGroup: string, { isGiven, location }: Place): Place => ({
  isGiven,
  location: isGiven ? location : (chosen.get(workGroup) ?? location),
});

/** Where results go, once that is known. */
export const readOutput = async (workGroup: string): Promise<Place> =>
  asChosen(workGroup, await queries.fetchQuery(asked(workGroup)));

/** Undefined until it is known. */
export function useOutput(workGroup: string): Output | undefined {
  const [, setCount] = useState(0);
  const { data } = useQuery(asked(workGroup));
  if (!data) return undefined;
  return {
    ...asChosen(workGroup, data),
    choose(location) {
      chosen.set(workGroup, location);
      setCount((count) => count + 1);
    },
  };
}

/** The place that a request says: none where the work group does. */
export const ownPlace = ({ isGiven, location }: Place): string | undefined => (isGiven ? undefined : location);

export const outputProblem = (location: string): string | undefined =>
  /^s3:\/\/[a-z\d][a-z\d.-]+(\/|$)/.test(location)
    ? undefined
    : location === ""
      ? "Choose a folder of S3 for results. Make a bucket first where there is none."
      : "It has to be a folder of S3: s3://bucket/folder/";

/** The kind under which queries of a work group are forgotten together. */
export const pastKey = (workGroup: string) => [queryKind, "past", workGroup] as const;
