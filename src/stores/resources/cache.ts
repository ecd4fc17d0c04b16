import { keyText, type ResourceCache, type ResourceDocument, type ResourceKey, type ResourceStore } from "./port.ts";

/** The most documents kept; the oldest are dropped first. */
const mostDocuments = 10_000;

/**
 * The cache follows the feed from its first read on. When the feed fails, the cache forgets everything and begins again
 * with the next read.
 */
export function createResourceCache(resources: Pick<ResourceStore, "get" | "changes">): ResourceCache {
  const documents = new Map<string, ResourceDocument>();
  /** Reads under way. The answer of a read that a change overtakes is not kept. */
  const reads = new Map<string, symbol>();
  const closing = new AbortController();
  let following: Promise<void> | undefined;

  async function follow(): Promise<void> {
    try {
      for (let position: number | "latest" = "latest"; !closing.signal.aborted; ) {
        const entries = await resources.changes(position, 1_000, closing.signal);
        for (const { key, sequence } of entries) {
          const id = keyText(key);
          documents.delete(id);
          reads.delete(id);
          position = sequence;
        }
      }
    } catch {
      following = undefined;
    }
    documents.clear();
    reads.clear();
  }

  async function read(key: ResourceKey, id: string): Promise<ResourceDocument | undefined> {
    const mark = Symbol(id);
    reads.set(id, mark);
    const document = await resources.get(key);
    if (reads.get(id) !== mark) return document;
    reads.delete(id);
    if (document) documents.set(id, document);
    if (documents.size > mostDocuments) documents.delete(documents.keys().next().value!);
    return document;
  }

  return {
    get(key) {
      if (closing.signal.aborted) return resources.get(key);
      following ??= follow();
      const id = keyText(key);
      return documents.get(id) ?? read(key, id);
    },
    async close() {
      closing.abort();
      await following;
    },
  };
}
