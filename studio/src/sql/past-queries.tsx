import { BatchGetQueryExecutionCommand, ListQueryExecutionsCommand, type QueryExecution } from "@aws-sdk/client-athena";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useInfiniteQuery } from "@tanstack/react-query";
import { call } from "../api/command.ts";
import { useLive } from "../live.ts";
import { Failure } from "../pages/failure.tsx";
import { athena } from "../services/athena.ts";
import { bytes, duration, time } from "../values/format.ts";
import { Status } from "../values/status.tsx";
import { queryKind } from "./run-query.ts";
import { pastKey } from "./use-output.ts";

const pageSize = 20;

async function readPage(WorkGroup: string, NextToken: string | undefined, signal: AbortSignal) {
  const input = { WorkGroup, NextToken, MaxResults: pageSize };
  const page = await call(athena, ListQueryExecutionsCommand, input, signal);
  const { QueryExecutionIds = [], NextToken: next } = page;
  if (QueryExecutionIds.length === 0) return { rows: [], next };
  const { QueryExecutions = [] } = await call(athena, BatchGetQueryExecutionCommand, { QueryExecutionIds }, signal);
  return { rows: QueryExecutions, next };
}

interface Props {
  readonly workGroup: string;
  readonly onOpen: (query: QueryExecution) => void;
}

/** The queries of a work group, the newest first: they are kept up to date while they run. */
export function PastQueries({ workGroup, onOpen }: Props) {
  const polling = useLive({ kind: queryKind });
  const { data, error, refetch, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: pastKey(workGroup),
    queryFn: ({ pageParam, signal }) => readPage(workGroup, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    refetchInterval: polling,
  });
  return (
    <SpaceBetween size="s">
      <Table
        variant="embedded"
        wrapLines
        items={error ? [] : (data?.pages.flatMap(({ rows }) => rows) ?? [])}
        loading={isPending}
        loadingText="Reading queries"
        trackBy="QueryExecutionId"
        ariaLabels={{ tableLabel: "Queries" }}
        columnDefinitions={[
          {
            id: "state",
            header: "State",
            minWidth: 120,
            cell: ({ Status: status }) => <Status value={status?.State ?? ""} />,
          },
          {
            id: "statement",
            header: "Statement",
            isRowHeader: true,
            minWidth: 240,
            cell: (query) => (
              <>
                <Link href="#" onFollow={follow(() => onOpen(query))} ariaLabel={`Open ${query.Query?.slice(0, 200)}`}>
                  <span className="clipped code">{query.Query}</span>
                </Link>
                {query.Status?.State === "FAILED" && (
                  <Box color="text-status-error" fontSize="body-s">
                    <span className="clipped">{query.Status.StateChangeReason}</span>
                  </Box>
                )}
              </>
            ),
          },
          {
            id: "asked",
            header: "Asked",
            minWidth: 170,
            cell: ({ Status: status }) => (status?.SubmissionDateTime ? time(status.SubmissionDateTime) : "-"),
          },
          { id: "took", header: "Took", minWidth: 90, cell: ({ Statistics }) => took(Statistics) },
          {
            id: "read",
            header: "Read",
            minWidth: 90,
            cell: ({ Statistics }) =>
              Statistics?.DataScannedInBytes === undefined ? "-" : bytes(Statistics.DataScannedInBytes),
          },
        ]}
        empty={
          error ? (
            <Failure error={error} retry={() => void refetch()} />
          ) : (
            <Box color="text-body-secondary">Nothing has been asked in this work group yet.</Box>
          )
        }
      />
      {hasNextPage && (
        <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Older queries
        </Button>
      )}
    </SpaceBetween>
  );
}

const took = (statistics: QueryExecution["Statistics"]) => {
  const milliseconds = statistics?.TotalExecutionTimeInMillis;
  if (milliseconds === undefined) return "-";
  return milliseconds < 1000 ? `${milliseconds} ms` : duration(milliseconds / 1000);
};

const follow = (open: () => void) => (event: CustomEvent) => {
  event.preventDefault();
  open();
};
