import Box from "@cloudscape-design/components/box";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef } from "react";
import { time } from "../values/format.ts";
import "./log.css";
import type { LogLine } from "./log-window.ts";

interface Props {
  readonly lines: readonly LogLine[];
  /** The number of the first line: lines keep theirs when others come before them. */
  readonly first: number;
  readonly label: string;
  readonly empty: string;
  readonly wrap: boolean;
  /** Whether the newest line stays in sight. */
  readonly follow: boolean;
  /** Called when the reader scrolls away from the newest line. */
  readonly onLeave?: () => void;
  /** Called when the first, or the last, line comes near. */
  readonly onStart?: () => void;
  readonly onEnd?: () => void;
  /** Leads from a line to where it stands. */
  readonly onTime?: (line: LogLine) => void;
}

const rowPixels = 20;
const nearPixels = 400;

/** Lines of a log, of which only those in sight are drawn. */
export function LogLines({ lines, first, label, empty, wrap, follow, onLeave, onStart, onEnd, onTime }: Props) {
  const box = useRef<HTMLElement>(null);
  const seen = useRef({ first, top: 0 });
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowPixels,
    getItemKey: (index) => first + index,
    overscan: 20,
  });
  // Lines that come or go before those in sight leave these where they are.
  useLayoutEffect(() => {
    const moved = seen.current.first - first;
    seen.current.first = first;
    if (box.current && moved !== 0) box.current.scrollTop += moved * rowPixels;
  }, [first]);
  useLayoutEffect(() => {
    if (follow && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: "end" });
  }, [lines, follow, virtual]);
  const look = ({ scrollTop, scrollHeight, clientHeight }: HTMLElement) => {
    if (scrollTop < nearPixels) onStart?.();
    if (scrollHeight - scrollTop - clientHeight < nearPixels) onEnd?.();
  };
  // Where nothing can be scrolled any further, no scrolling tells that more is wanted.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is looked again when lines have come
  useEffect(() => {
    if (box.current && !follow) look(box.current);
  }, [lines, follow]);
  if (lines.length === 0)
    return (
      <Box textAlign="center" padding="l" color="text-body-secondary">
        {empty}
      </Box>
    );
  return (
    <section
      ref={box}
      className={wrap ? "log wrapped" : "log"}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
      tabIndex={0}
      onScroll={({ currentTarget }) => {
        const { scrollTop, scrollHeight, clientHeight } = currentTarget;
        const isAtEnd = scrollHeight - scrollTop - clientHeight <= rowPixels;
        if (scrollTop < seen.current.top - 5 && !isAtEnd) onLeave?.();
        seen.current.top = scrollTop;
        look(currentTarget);
      }}
    >
      <div className="log-inside" style={{ blockSize: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => (
          <div
            key={key}
            data-index={index}
            ref={wrap ? virtual.measureElement : undefined}
            className="log-line"
            style={{ transform: `translateY(${start}px)` }}
          >
            <Line line={lines[index]!} onTime={onTime} />
          </div>
        ))}
      </div>
    </section>
  );
}

function Line({ line, onTime }: { readonly line: LogLine; readonly onTime: Props["onTime"] }) {
  const { timestamp, message, logStreamName } = line;
  const moment = timestamp === undefined ? "" : time(new Date(timestamp));
  return (
    <>
      {onTime ? (
        <button
          type="button"
          className="log-time"
          title={`${moment}: show where it stands`}
          onClick={() => onTime(line)}
        >
          {moment.slice(11)}
        </button>
      ) : (
        <span className="log-time" title={moment}>
          {moment.slice(11)}
        </span>
      )}
      {logStreamName && <span className="log-stream">{logStreamName}</span>}
      {message}
    </>
  );
}
