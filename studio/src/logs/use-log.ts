import { useCallback, useEffect, useRef, useState } from "react";
import { useLiveLog } from "../live.ts";
import { emptyWindow, extended, type LogWindow, readPage } from "./log-window.ts";

/** A stream as it grows: its last page at first, earlier ones when they are asked for. */
export function useLog(group: string, stream: string | undefined) {
  const [window, setWindow] = useState<LogWindow>(emptyWindow);
  const [error, setError] = useState<Error>();
  const current = useRef(emptyWindow);
  const busy = useRef<Promise<void>>(Promise.resolve());

  const step = useCallback(
    (direction: "backward" | "forward") => {
      const read = async () => {
        const before = current.current;
        const token = direction === "backward" ? before.backward : before.forward;
        if (stream === undefined || (direction === "backward" && before.atStart)) return;
        const page = await readPage(group, stream, token, direction === "forward" && token !== undefined);
        current.current = extended(before, page, direction);
        setWindow(current.current);
        setError(undefined);
        // What came meanwhile may be more than a page.
        if (direction === "forward" && page.lines.length > 0) await read();
      };
      busy.current = busy.current.then(read).catch(setError);
      return busy.current;
    },
    [group, stream],
  );

  useEffect(() => {
    current.current = emptyWindow;
    setWindow(emptyWindow);
    void step("forward");
  }, [step]);
  const polling = useLiveLog(group, stream, () => void step("forward"));
  useEffect(() => {
    if (!polling) return;
    const timer = setInterval(() => void step("forward"), polling);
    return () => clearInterval(timer);
  }, [polling, step]);

  return { window, error, earlier: () => step("backward") };
}
