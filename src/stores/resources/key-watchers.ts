import { keyText, type ResourceKey } from "./port.ts";

interface Watcher {
  readonly changed: () => void;
  ended: boolean;
}

/** The watches of documents, by key. A change costs one look-up, however many other keys are watched. */
export function createKeyWatchers() {
  const watchers = new Map<string, Set<Watcher>>();

  function call(told: Iterable<Watcher>): void {
    for (const watcher of told) if (!watcher.ended) watcher.changed();
  }

  return {
    watch(keys: readonly ResourceKey[], changed: () => void): () => void {
      const watcher: Watcher = { changed, ended: false };
      const texts = keys.map(keyText);
      for (const text of texts) {
        const beside = watchers.get(text);
        if (beside) beside.add(watcher);
        else watchers.set(text, new Set([watcher]));
      }
      return () => {
        watcher.ended = true;
        for (const text of texts) {
          const beside = watchers.get(text);
          if (beside?.delete(watcher) && beside.size === 0) watchers.delete(text);
        }
      };
    },
    /** Calls each watcher once, however many of its keys are told. */
    tell(keys: () => Iterable<ResourceKey>): void {
      if (watchers.size === 0) return;
      const told = new Set<Watcher>();
      for (const key of keys()) for (const watcher of watchers.get(keyText(key)) ?? []) told.add(watcher);
      call(told);
    },
    tellAll(): void {
      call(new Set([...watchers.values()].flatMap((beside) => [...beside])));
    },
  };
}
