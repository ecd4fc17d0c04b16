import Flashbar, { type FlashbarProps } from "@cloudscape-design/components/flashbar";
import { useSyncExternalStore } from "react";
import { visibleName } from "../values/visible.ts";

type Notice = FlashbarProps.MessageDefinition;

let notices: readonly Notice[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: readonly Notice[]): void {
  notices = next;
  for (const listener of listeners) listener();
}

/** Says above the page what has happened, until it is dismissed. */
export function notify(type: "success" | "error" | "info", content: React.ReactNode): void {
  const id = `notice-${++last}`;
  const onDismiss = () => set(notices.filter((notice) => notice.id !== id));
  // Success needs no answer, so the newest replaces those before it.
  const others = notices.filter((notice) => type !== "success" || notice.type !== "success");
  const shown = typeof content === "string" ? visibleName(content) : content;
  set([{ id, type, content: shown, dismissible: true, dismissLabel: "Dismiss", onDismiss }, ...others].slice(0, 5));
}

export const notifyFailure = (words: string, error: unknown): void =>
  notify("error", `${words} ${(error as Error).message}`);

export function Notices() {
  const items = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => notices,
  );
  return <Flashbar items={[...items]} stackItems />;
}
