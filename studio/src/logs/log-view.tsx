import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import TextFilter from "@cloudscape-design/components/text-filter";
import Toggle from "@cloudscape-design/components/toggle";
import { useState } from "react";
import { notify, notifyFailure } from "../frame/notices.tsx";
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
  const { window, error, jump, earlier, later } = useLog(group, stream);
  const [follow, setFollow] = useState(true);
  const [wrap, setWrap] = useState(false);
  const [typed, setTyped] = useState("");
  const [text, setText] = useState("");
  const found = useSearch(group, stream, text);
  const go = (place: LogPlace) => {
    setTyped("");
    setText("");
    setFollow(place === "end");
    void jump(place);
  };
  const isSearch = text !== "";
  const lines = isSearch ? found.lines : (window?.lines ?? []);
  const failure = isSearch ? found.error : error;
  return (
    <SpaceBetween size="s">
      <TextFilter
        filteringText={typed}
        filteringPlaceholder="Search this stream"
        filteringAriaLabel="Search this stream"
        countText={isSearch ? found.countText : undefined}
        onChange={({ detail }) => setTyped(detail.filteringText)}
        onDelayedChange={({ detail }) => setText(detail.filteringText.trim())}
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
          onStart={() => void (window!.atStart || earlier())}
          onEnd={() => void (window!.atEnd || later())}
        />
      )}
    </SpaceBetween>
  );
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
