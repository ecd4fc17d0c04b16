import { DescribeLogStreamsCommand } from "@aws-sdk/client-cloudwatch-logs";
import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useNavigate, useSearchParams } from "react-router";
import { call } from "../api/command.ts";
import { useLive } from "../live.ts";
import { AddressFilter } from "../pages/address-filter.tsx";
import { Failure } from "../pages/failure.tsx";
import { PageTurner } from "../pages/page-turner.tsx";
import { usePages } from "../pages/use-pages.ts";
import { logs } from "../services/logs.ts";
import { Cut } from "../values/cut.tsx";
import { time } from "../values/format.ts";
import { PageLink } from "../values/page-link.tsx";
import { logAddress } from "./log-address.ts";
import { LogLines } from "./log-lines.tsx";
import { useSearch } from "./use-search.ts";

/** The streams of a group, those first that were written to last; and a search in all of them. */
export function GroupStreams({ group }: { readonly group: string }) {
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const text = search.get("search") ?? "";
  const found = useSearch(group, undefined, text);
  return (
    <SpaceBetween size="s">
      <AddressFilter
        label="Search all streams of the group"
        value={text}
        countText={text === "" ? undefined : found.countText}
        onChange={(typed) => setSearch({ group, ...(typed.trim() !== "" && { search: typed.trim() }) })}
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
  const polling = useLive({ kind: "logs/log-stream" });
  const pages = usePages({
    query: ["logs/log-stream", "by time", group],
    polling,
    async read(nextToken, signal) {
      const input = { logGroupName: group, orderBy: "LastEventTime", descending: true, limit: 50, nextToken } as const;
      const page = await call(logs, DescribeLogStreamsCommand, input, signal);
      return { rows: page.logStreams ?? [], next: page.nextToken };
    },
  });
  const { rows, error, refetch } = pages;
  return (
    <Table
      variant="borderless"
      header={<Box variant="h2">Streams</Box>}
      items={rows}
      loading={pages.isLoading}
      loadingText="Reading streams"
      trackBy="logStreamName"
      ariaLabels={{ tableLabel: `Streams of ${group}` }}
      columnDefinitions={[
        {
          id: "name",
          header: "Name",
          isRowHeader: true,
          minWidth: 220,
          cell: ({ logStreamName = "" }) => (
            <Cut text={logStreamName}>
              <PageLink to={logAddress(group, logStreamName)}>{logStreamName}</PageLink>
            </Cut>
          ),
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
      pagination={<PageTurner pages={pages} of="streams" />}
      empty={
        error ? (
          <Failure error={error} retry={refetch} />
        ) : (
          <Box textAlign="center" margin="l">
            <b>There are no streams yet.</b> One appears with its first line.
          </Box>
        )
      }
    />
  );
}
