import { useEffect, useMemo, useState } from "react";
import { useLiveLog } from "../live.ts";
import { LogReader } from "./log-reader.ts";
import { type LogPlace, type LogWindow, readPage } from "./log-window.ts";

/** A stream as it grows, read around a place: `from` at first, another when `jump` is called. */
export function useLog(group: string, stream: string, from: LogPlace) {
  const [window, setWindow] = useState<LogWindow>();
  const [error, setError] = useState<Error>();
  const reader = useMemo(
    () =>
      new LogReader({
        read: (asked, signal) => readPage(group, stream, asked, signal),
        show(next) {
          setWindow(next);
          setError(undefined);
        },
        fail: setError,
      }),
    [group, stream],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another place is told by `jump`
  useEffect(() => {
    void reader.jump(from);
    return () => reader.end();
  }, [reader]);

  const grown = () => void (document.hidden || reader.grown());
  const polling = useLiveLog(group, stream, grown);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is made anew at each drawing
  useEffect(() => {
    addEventListener("visibilitychange", grown);
    const timer = polling ? setInterval(grown, polling) : undefined;
    return () => {
      removeEventListener("visibilitychange", grown);
      clearInterval(timer);
    };
  }, [polling, reader]);
  return { window, error, reader };
}
