import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import Toggle from "@cloudscape-design/components/toggle";
import { useCallback, useEffect, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import { notify, notifyFailure } from "../frame/notices.tsx";
import { AddressFilter } from "../pages/address-filter.tsx";
import { Failure } from "../pages/failure.tsx";
import { LogLines } from "./log-lines.tsx";
import type { LogLine, LogPlace } from "./log-window.ts";
import { useLog } from "./use-log.ts";
import { useSearch } from "./use-search.ts";

interface Props {
  readonly group: string;
  readonly stream: string;
}

/** A stream with its live tail, any other place of it by scrolling or by time, and search by the service. */
export function LogView({ group, stream }: Props) {
  const [search, setSearch] = useSearchParams();
  const text = search.get("search") ?? "";
  const at = search.get("at");
  const { window, error, reader } = useLog(group, stream, placeAt(at));
  const [follow, setFollow] = useState(at === null);
  const [wrap, setWrap] = useState(false);
  const found = useSearch(group, stream, text);
  const say = (values: Readonly<Record<string, string | undefined>>) =>
    setSearch((before) => {
      const after = new URLSearchParams(before);
      for (const [name, value] of Object.entries(values)) value ? after.set(name, value) : after.delete(name);
      return after;
    });
  /** The place that is read: another address leads there, and so does a button that asks for the same again. */
  const read = useRef(at);
  const jump = useCallback(
    (next: string | null) => {
      read.current = next;
      setFollow(next === null);
      void reader.jump(placeAt(next));
    },
    [reader],
  );
  useEffect(() => {
    if (at !== read.current) jump(at);
  }, [at, jump]);
  const go = (place: LogPlace) => {
    const next = typeof place === "object" ? String(place.time) : place === "end" ? null : place;
    jump(next);
    if (next !== at || text !== "") say({ at: next ?? undefined, search: undefined });
  };
  const isSearch = text !== "";
  const lines = isSearch ? found.lines : (window?.lines ?? []);
  const failure = isSearch ? found.error : error;
  return (
    <SpaceBetween size="s">
      <AddressFilter
        label="Search this stream"
        value={text}
        countText={isSearch ? found.countText : undefined}
        onChange={(typed) => say({ search: typed.trim() })}
      />
      <SpaceBetween direction="horizontal" size="s" alignItems="center">
        <Button onClick={() => go("start")}>Beginning</Button>
        <Button onClick={() => go("end")}>End</Button>
        <input
          type="datetime-local"
          step="1"
          className="moment"
          aria-label="Go to a time"
          onChange={({ target }) => target.value !== "" && go({ time: new Date(target.value).getTime() })}
        />
        <Toggle checked={follow} onChange={({ detail }) => (detail.checked ? go("end") : setFollow(false))}>
          Follow
        </Toggle>
        <Toggle checked={wrap} onChange={({ detail }) => setWrap(detail.checked)}>
          Wrap
        </Toggle>
        <Button iconName="copy" disabled={lines.length === 0} onClick={() => void copy(lines)}>
          Copy lines
        </Button>
      </SpaceBetween>
      {failure ? (
        <Failure error={failure} />
      ) : (isSearch ? found.isReading : !window) ? (
        <Spinner />
      ) : isSearch ? (
        <LogLines
          label={`What is found in ${stream}`}
          lines={lines}
          first={0}
          wrap={wrap}
          follow={false}
          empty="No line matches."
          onEnd={found.more}
          onTime={({ timestamp }) => go({ time: timestamp! })}
        />
      ) : (
        <LogLines
          key={window!.id}
          label={`Log ${stream}`}
          lines={lines}
          first={window!.first}
          wrap={wrap}
          follow={follow && window!.atEnd}
          empty="Nothing has been written yet."
          onLeave={() => setFollow(false)}
          onStart={() => void reader.earlier()}
          onEnd={() => void (window!.atEnd || reader.later())}
        />
      )}
    </SpaceBetween>
  );
}

/** The place that an address says: "?at=start", "?at=1790000000000"; its end without one. */
function placeAt(at: string | null): LogPlace {
  if (at === "start") return "start";
  const time = Number(at ?? Number.NaN);
  return Number.isFinite(time) ? { time } : "end";
}

/** Puts the lines that are read into the clipboard. */
export async function copy(lines: readonly LogLine[]): Promise<void> {
  try {
    await navigator.clipboard.writeText(lines.map(({ message }) => message).join("\n"));
    notify("success", `${lines.length.toLocaleString("en")} lines are copied.`);
  } catch (error) {
    notifyFailure("They could not be copied.", error);
  }
}
