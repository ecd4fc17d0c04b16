import { useCallback, useEffect, useRef, useState } from "react";
import { useLiveLog } from "../live.ts";
import { after, before, type LogPlace, type LogWindow, readPage, windowOf } from "./log-window.ts";

/** A stream as it grows, read around a place: its end at first, another when `jump` is called. */
export function useLog(group: string, stream: string) {
  const [window, setWindow] = useState<LogWindow>();
  const [error, setError] = useState<Error>();
  const current = useRef<LogWindow>(undefined);
  /** Ends what is being read when something else is asked for. */
  const reading = useRef(new AbortController());
  const busy = useRef<"backward" | "forward" | "jump">(undefined);
  const show = useCallback((next: LogWindow) => {
    current.current = next;
    setWindow(next);
    setError(undefined);
  }, []);

  /** One reading at a time: what is asked for meanwhile is asked for again by scrolling, or by the next sign of life. */
  const alone = useCallback(
    async (work: "backward" | "forward" | "jump", read: (signal: AbortSignal) => Promise<void>) => {
      if (busy.current && work !== "jump") return;
      if (work === "jump") {
        reading.current.abort();
        reading.current = new AbortController();
      }
      const { signal } = reading.current;
      busy.current = work;
      try {
        await read(signal);
      } catch (failure) {
        if (!signal.aborted) setError(failure as Error);
      }
      if (!signal.aborted) busy.current = undefined;
    },
    [],
  );

  const jump = useCallback(
    (place: LogPlace) =>
      alone("jump", async (signal) => {
        const startTime = typeof place === "object" ? place.time : undefined;
        const page = await readPage(group, stream, { startTime, fromHead: place !== "end" }, signal);
        const isBeyond = page.lines.length === 0 && startTime !== undefined;
        if (!signal.aborted)
          show(
            isBeyond
              ? windowOf(await readPage(group, stream, { fromHead: false }, signal), "end")
              : windowOf(page, place),
          );
      }),
    [alone, show, group, stream],
  );

  const earlier = useCallback(
    () =>
      alone("backward", async (signal) => {
        const known = current.current;
        if (!known || known.atStart) return;
        const page = await readPage(group, stream, { token: known.pages[0]!.backward, fromHead: false }, signal);
        if (!signal.aborted) show(before(known, page));
      }),
    [alone, show, group, stream],
  );

  const later = useCallback(
    (untilEnd: boolean) =>
      alone("forward", async (signal) => {
        for (;;) {
          const known = current.current;
          if (!known) return;
          const page = await readPage(group, stream, { token: known.pages.at(-1)!.forward, fromHead: true }, signal);
          if (signal.aborted) return;
          if (page.lines.length > 0 || !known.atEnd) show(after(known, page));
          if (page.lines.length === 0 || !untilEnd) return;
        }
      }),
    [alone, show, group, stream],
  );

  useEffect(() => {
    current.current = undefined;
    setWindow(undefined);
    void jump("end");
    return () => reading.current.abort();
  }, [jump]);

  /** What is written is read where the window ends with the stream; elsewhere it is not in sight. */
  const grown = useCallback(() => {
    if (current.current?.atEnd && !document.hidden) void later(true);
  }, [later]);
  const polling = useLiveLog(group, stream, grown);
  useEffect(() => {
    addEventListener("visibilitychange", grown);
    const timer = polling ? setInterval(grown, polling) : undefined;
    return () => {
      removeEventListener("visibilitychange", grown);
      clearInterval(timer);
    };
  }, [polling, grown]);

  return { window, error, jump, earlier, later: () => later(false) };
}
