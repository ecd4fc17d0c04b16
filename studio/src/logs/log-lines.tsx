import Box from "@cloudscape-design/components/box";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useRef } from "react";
import { time } from "../values/format.ts";
import { visibleName } from "../values/visible.ts";
import "./log.css";
import { rowsOf, segmentsOf } from "./log-text.ts";
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

const heights = new WeakMap<LogLine, number>();

/** How high a line stands where it is not wrapped. */
function pixelsOf(line: LogLine): number {
  let height = heights.get(line);
  if (height === undefined) {
    height = rowPixels * rowsOf(line.message ?? "");
    heights.set(line, height);
  }
  return height;
}

/** Lines of a log, of which only those in sight are drawn. */
export function LogLines({ lines, first, label, empty, wrap, follow, onLeave, onStart, onEnd, onTime }: Props) {
  const box = useRef<HTMLElement>(null);
  const seen = useRef({ first, lines, top: 0 });
  // Others are measured anew.
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are those of the lines
  const keyOf = useCallback((index: number) => first + index, [first, lines]);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: (index) => pixelsOf(lines[index]!),
    getItemKey: keyOf,
    overscan: 20,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was measured is that of the other layout
  useLayoutEffect(() => virtual.measure(), [wrap, virtual]);
  // Lines that come or go before those in sight leave these where they are.
  useLayoutEffect(() => {
    const { first: firstBefore, lines: before } = seen.current;
    const moved = firstBefore - first;
    const passed = moved > 0 ? lines.slice(0, moved) : before.slice(0, -moved);
    Object.assign(seen.current, { first, lines });
    if (box.current && moved !== 0)
      box.current.scrollTop += Math.sign(moved) * passed.reduce((sum, line) => sum + pixelsOf(line), 0);
  }, [first, lines]);
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
  const { timestamp, message = "", logStreamName } = line;
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
      {logStreamName && <span className="log-stream">{visibleName(logStreamName)}</span>}
      <span className="log-message">
        {segmentsOf(message).map(({ text, color, isBold }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a stretch of a line has no other identity
          <span key={index} className={classOf(color, isBold)}>
            {text}
          </span>
        ))}
      </span>
    </>
  );
}

/** The bright colours of terminals are those of the others here, as all are readable; grey is the bright black. */
const classOf = (color: number | undefined, isBold = false) =>
  [color === undefined ? "" : `log-color-${color === 8 ? color : color % 8}`, isBold ? "log-bold" : ""]
    .filter(Boolean)
    .join(" ") || undefined;
