import Box from "@cloudscape-design/components/box";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { time } from "../values/format.ts";
import type { LogLine } from "./log-window.ts";

interface Props {
  readonly lines: readonly LogLine[];
  readonly label: string;
  readonly empty: string;
  /** Whether the newest line stays in sight. */
  readonly follow: boolean;
  /** Called when the first line comes into sight. */
  readonly onStart?: () => void;
}

const rowPixels = 20;

/** Lines of a log, of which only those in sight are drawn. */
export function LogLines({ lines, label, empty, follow, onStart }: Props) {
  const box = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowPixels,
    overscan: 20,
  });
  const first = lines[0];
  const before = useRef<{ first?: LogLine; count: number }>({ count: 0 });
  useEffect(() => {
    const { first: firstBefore, count } = before.current;
    before.current = { first, count: lines.length };
    if (lines.length === 0) return;
    // Lines that come before the first leave in sight what is in sight.
    if (firstBefore && first !== firstBefore && count > 0 && lines[lines.length - count] === firstBefore)
      virtual.scrollToIndex(lines.length - count, { align: "start" });
    else if (follow) virtual.scrollToIndex(lines.length - 1, { align: "end" });
  }, [lines, first, follow, virtual]);
  if (lines.length === 0)
    return (
      <Box textAlign="center" padding="l" color="text-body-secondary">
        {empty}
      </Box>
    );
  return (
    <section
      ref={box}
      className="log"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
      tabIndex={0}
      onScroll={({ currentTarget }) => currentTarget.scrollTop < 40 && onStart?.()}
    >
      <div className="log-inside" style={{ blockSize: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const { timestamp, message } = lines[index]!;
          return (
            <div key={index} className="log-line" style={{ transform: `translateY(${start}px)` }}>
              <span className="log-time">{timestamp === undefined ? "" : time(new Date(timestamp)).slice(11)}</span>
              {message}
            </div>
          );
        })}
      </div>
    </section>
  );
}
