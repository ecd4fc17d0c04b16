import { DescribeLogStreamsCommand } from "@aws-sdk/client-cloudwatch-logs";
import Box from "@cloudscape-design/components/box";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { call } from "../api/command.ts";
import { useLive } from "../live.ts";
import { Failure } from "../pages/failure.tsx";
import { logs } from "../services/logs.ts";
import { time } from "../values/format.ts";
import { PageLink } from "../values/page-link.tsx";
import { logAddress } from "./log-address.ts";
import { LogLines } from "./log-lines.tsx";
import { useSearch } from "./use-search.ts";

/** The streams of a group, those first that were written to last; and a search in all of them. */
export function GroupStreams({ group }: { readonly group: string }) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const [text, setText] = useState("");
  const found = useSearch(group, undefined, text);
  return (
    <SpaceBetween size="s">
      <TextFilter
        filteringText={typed}
        filteringPlaceholder="Search all streams of the group"
        filteringAriaLabel="Search all streams of the group"
        countText={text === "" ? undefined : found.countText}
        onChange={({ detail }) => setTyped(detail.filteringText)}
        onDelayedChange={({ detail }) => setText(detail.filteringText.trim())}
      />
      {text === "" ? (
        <Streams group={group} />
      ) : found.error ? (
        <Failure error={found.error} />
      ) : (
        <LogLines
          label={`What is found in ${group}`}
          lines={found.lines}
          first={0}
          wrap={false}
          follow={false}
          empty={found.isReading ? "Searching..." : "No line matches."}
          onEnd={found.more}
          onTime={({ logStreamName }) => navigate(logAddress(group, logStreamName))}
        />
      )}
    </SpaceBetween>
  );
}

function Streams({ group }: { readonly group: string }) {
  const [tokens, setTokens] = useState<readonly string[]>([]);
  const [page, setPage] = useState(1);
  const token = page > 1 ? tokens[page - 2] : undefined;
  const polling = useLive({ kind: "logs/log-stream" });
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["logs/log-stream", "by time", group, token],
    queryFn: ({ signal }) =>
      call(
        logs,
        DescribeLogStreamsCommand,
        { logGroupName: group, orderBy: "LastEventTime", descending: true, limit: 50, nextToken: token },
        signal,
      ),
    placeholderData: keepPreviousData,
    refetchInterval: polling,
  });
  const next = data?.nextToken;
  return (
    <Table
      variant="borderless"
      header={<Box variant="h2">Streams</Box>}
      items={error ? [] : (data?.logStreams ?? [])}
      loading={isPending}
      loadingText="Reading streams"
      trackBy="logStreamName"
      ariaLabels={{ tableLabel: `Streams of ${group}` }}
      columnDefinitions={[
        {
          id: "name",
          header: "Name",
          isRowHeader: true,
          minWidth: 220,
          cell: ({ logStreamName }) => <PageLink to={logAddress(group, logStreamName)}>{logStreamName}</PageLink>,
        },
        {
          id: "last",
          header: "Last line",
          minWidth: 170,
          cell: ({ lastEventTimestamp: last }) => (last === undefined ? "-" : time(new Date(last))),
        },
        {
          id: "created",
          header: "Created",
          minWidth: 170,
          cell: ({ creationTime }) => (creationTime === undefined ? "-" : time(new Date(creationTime))),
        },
      ]}
      pagination={
        <Pagination
          currentPageIndex={page}
          pagesCount={Math.max(page, tokens.length + 1) + (next && page > tokens.length ? 1 : 0)}
          openEnd={next !== undefined}
          onChange={({ detail: { currentPageIndex } }) => {
            if (currentPageIndex > tokens.length + 1 && next) setTokens([...tokens, next]);
            setPage(currentPageIndex);
          }}
          ariaLabels={{
            nextPageLabel: "Next page",
            previousPageLabel: "Previous page",
            pageLabel: (number) => `Page ${number}`,
          }}
        />
      }
      empty={
        error ? (
          <Failure error={error} retry={() => void refetch()} />
        ) : (
          <Box textAlign="center" margin="l">
            <b>There are no streams yet.</b> One appears with its first line.
          </Box>
        )
      }
    />
  );
}
