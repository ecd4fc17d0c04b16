import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import TextFilter from "@cloudscape-design/components/text-filter";
import Toggle from "@cloudscape-design/components/toggle";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../api/command.ts";
import { Failure } from "../pages/failure.tsx";
import { logs } from "../services/logs.ts";
import { LogLines } from "./log-lines.tsx";
import { emptyWindow, type LogLine } from "./log-window.ts";
import { useLog } from "./use-log.ts";

/** The lines of a search that are shown. */
const mostFound = 10_000;

/** Lines that a filter pattern of CloudWatch finds in a stream; words without signs are searched as they stand. */
async function search(group: string, stream: string, text: string): Promise<readonly LogLine[]> {
  const filterPattern = /^[\w\s]+$/.test(text) || /^[{["?%]/.test(text) ? text : JSON.stringify(text);
  const found: LogLine[] = [];
  let nextToken: string | undefined;
  do {
    const input = { logGroupName: group, logStreamNames: [stream], filterPattern, nextToken };
    const page = await call(logs, FilterLogEventsCommand, input);
    found.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken && found.length < mostFound);
  return found;
}

/** A stream with its live tail, earlier lines by scrolling up, and search by the service. */
export function LogView({ group, stream }: { readonly group: string; readonly stream: string }) {
  const { window, error, earlier } = useLog(group, stream);
  const [follow, setFollow] = useState(true);
  const [typed, setTyped] = useState("");
  const [text, setText] = useState("");
  const found = useQuery({
    queryKey: ["search", group, stream, text],
    queryFn: () => search(group, stream, text),
    enabled: text !== "",
  });
  const failure = error ?? found.error;
  const isReading = window === emptyWindow || (text !== "" && found.isPending);
  return (
    <SpaceBetween size="s">
      <SpaceBetween direction="horizontal" size="s" alignItems="center">
        <TextFilter
          filteringText={typed}
          filteringPlaceholder="Search this stream"
          filteringAriaLabel="Search this stream"
          countText={text && found.data ? `${found.data.length} lines` : undefined}
          onChange={({ detail }) => setTyped(detail.filteringText)}
          onDelayedChange={({ detail }) => setText(detail.filteringText.trim())}
        />
        <Toggle checked={follow} onChange={({ detail }) => setFollow(detail.checked)}>
          Follow
        </Toggle>
        {!window.atStart && text === "" && <Button onClick={() => void earlier()}>Earlier lines</Button>}
      </SpaceBetween>
      {failure ? (
        <Failure error={failure} />
      ) : isReading ? (
        <Spinner />
      ) : (
        <LogLines
          label={`Log ${stream}`}
          lines={text === "" ? window.lines : (found.data ?? [])}
          empty={text === "" ? "Nothing has been written yet." : "No line matches."}
          follow={follow && text === ""}
          onStart={() => text === "" && !window.atStart && void earlier()}
        />
      )}
    </SpaceBetween>
  );
}
