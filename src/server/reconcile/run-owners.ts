import { parentKey, parentText } from "../../frame/define-kind.ts";
import type { ReconcilerEntry } from "../../frame/define-reconciler.ts";
import { type RunDocument, run } from "../../frame/run.ts";
import type { RunWeight } from "../../runs/run-room.ts";
import {
  allDocuments,
  Conflict,
  type FeedEntry,
  type ResourceKey,
  type ResourceStore,
} from "../../stores/resources/port.ts";

/** A document that has a run, with what the run takes of the machine's room. */
export interface Occupant {
  readonly key: ResourceKey;
  readonly weight: RunWeight;
}

/**
 * Ends the runs that no reconciler looks after, because the document that they belong to is gone or has ended. A run's
 * document is all that is deleted here; the sweep then removes the run from its executor.
 */
export interface RunOwners {
  /** Ends such runs, and returns the documents that have the others. It is called once, before jobs are reconciled. */
  all(): Promise<readonly Occupant[]>;
  /** Ends the runs of a document that was deleted. */
  entry(entry: FeedEntry): void;
  /** Resolves when the deletions under way are done. */
  settled(): Promise<void>;
}

export function createRunOwners(options: {
  readonly resources: ResourceStore;
  readonly reconcilers: ReadonlyMap<string, Pick<ReconcilerEntry, "unfinished">>;
  readonly report: (what: string, error: unknown) => void;
}): RunOwners {
  const { resources, reconcilers, report } = options;
  const endings = new Set<Promise<void>>();

  async function end({ key }: RunDocument): Promise<void> {
    for (;;) {
      const found = await resources.get(key);
      if (!found) return;
      try {
        await resources.write([{ delete: key, expected: found.version }]);
        return;
      } catch (error) {
        // How far it was read has been written meanwhile.
        if (!(error instanceof Conflict)) throw error;
      }
    }
  }

  const endOrReport = (document: RunDocument): Promise<void> =>
    end(document).catch((error) =>
      report(`Run ${document.key.name} belongs to nothing and could not be ended; it will be at the next start`, error),
    );

  /** Returns what is known of the owner: whether it is looked after, or has no reconciler in this version. */
  async function lookedAfter(owner: ResourceKey, { wanted }: RunDocument): Promise<"yes" | "no" | "unknown"> {
    const found = await resources.get(owner);
    if (!found || (wanted.ownerId !== undefined && wanted.ownerId !== found.id)) return "no";
    const unfinished = reconcilers.get(owner.kind)?.unfinished;
    if (!unfinished) return "unknown";
    return unfinished.includes(found.status ?? "") ? "yes" : "no";
  }

  async function endThoseOf({ key, id }: FeedEntry): Promise<void> {
    const { account, region } = key;
    const query = { account, region, parent: parentText(key), status: "Active" };
    for await (const found of allDocuments(resources, run.name, query)) {
      const document = run.read(found);
      // Another document may have the name by now, and runs of its own.
      if ((document.wanted.ownerId ?? id) === id) await endOrReport(document);
    }
  }

  return {
    async all() {
      const occupants: Occupant[] = [];
      for await (const found of allDocuments(resources, run.name, { status: "Active" })) {
        const document = run.read(found);
        const owner = parentKey(document.key, document.parent);
        if (!owner) continue;
        const answer = await lookedAfter(owner, document);
        if (answer === "no") await endOrReport(document);
        else if (answer === "yes") occupants.push({ key: owner, weight: document.wanted.weight });
      }
      return occupants.filter(({ weight }) => weight.cores > 0);
    },
    entry(entry) {
      if (!entry.deleted || !reconcilers.has(entry.key.kind)) return;
      const ending = endThoseOf(entry)
        .catch((error) => report(`The runs of ${entry.key.name} could not be found`, error))
        .finally(() => endings.delete(ending));
      endings.add(ending);
    },
    async settled() {
      await Promise.all(endings);
    },
  };
}
