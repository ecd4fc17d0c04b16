import { useSyncExternalStore } from "react";

/** At such widths the navigation lies over the page, as Cloudscape has it. */
const narrow = matchMedia("(max-width: 688px)");

function subscribe(listener: () => void): () => void {
  narrow.addEventListener("change", listener);
  return () => narrow.removeEventListener("change", listener);
}

export const isNarrow = (): boolean => narrow.matches;
export const useNarrow = (): boolean => useSyncExternalStore(subscribe, isNarrow);
