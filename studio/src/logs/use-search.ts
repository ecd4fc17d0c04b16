import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { call } from "../api/command.ts";
import { logs } from "../services/logs.ts";
import { filterPattern } from "./filter-pattern.ts";
import type { LogLine } from "./log-window.ts";

/** Finds lines by a pattern of CloudWatch's, in a stream or in a whole group, a page at a time. */
export function useSearch(group: string, stream: string | undefined, text: string) {
  const { data, error, isPending, isFetching, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["logs/search", group, stream, text],
    queryFn: ({ signal, pageParam }) =>
      call(
        logs,
        FilterLogEventsCommand,
        {
          logGroupName: group,
          logStreamNames: stream === undefined ? undefined : [stream],
          filterPattern: filterPattern(text),
          nextToken: pageParam,
        },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextToken }) => nextToken,
    enabled: text !== "",
  });
  const lines = useMemo((): readonly LogLine[] => {
    const events = (data?.pages ?? []).flatMap(({ events = [] }) => events);
    // The name of the only stream says nothing.
    return stream === undefined ? events : events.map(({ timestamp, message }): LogLine => ({ timestamp, message }));
  }, [data, stream]);
  return {
    lines,
    error,
    isReading: text !== "" && isPending,
    countText:
      data && `${lines.length.toLocaleString("en")}${hasNextPage ? "+" : ""} ${lines.length === 1 ? "line" : "lines"}`,
    more: () => void (hasNextPage && !isFetching && fetchNextPage()),
  };
}
