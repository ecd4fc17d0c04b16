import type { Ids } from "../../base/ids.ts";
import { isDiskFull } from "../../base/is-disk-full.ts";
import type { DiskReserve } from "../disk-reserve.ts";
import type { GroupCommit } from "../group-commit.ts";
import { diskFullFault, storageFault } from "../storage-fault.ts";
import { createBodyFiles, type Segment } from "./body-files.ts";
import type { ObjectIndex } from "./object-index.ts";
import type { BodyDigests, BodyOptions, ByteRange } from "./port.ts";

/** What a transaction returns: its result, and the bodies that no row uses any more. */
export interface Change<T> {
  readonly result: T;
  readonly unused: readonly string[];
}

/**
 * Keeps the files of bodies and their rows together: a body is durable before its row is written, and a row is gone
 * before its body is removed. A crash leaves files without a row, or rows of bodies without a use. The next opening
 * removes both in the background.
 */
export interface BodyLedger {
  path(id: string): string;
  /** See `BodyFiles.read`. */
  read: (segments: readonly Segment[], range?: ByteRange) => ReturnType<ReturnType<typeof createBodyFiles>["read"]>;
  /** Runs `work` in a transaction. Removes the bodies it left unused once the transaction is durable. */
  change<T>(work: () => Change<T>): Promise<T>;
  /** As `change`, for work that stores nothing new: it is possible on a full disk too. */
  free<T>(work: () => Change<T>): Promise<T>;
  /** Stores a body, then runs `use` in the transaction that counts it as used. A body that `use` refuses is removed. */
  store<T>(
    source: AsyncIterable<Uint8Array>,
    options: BodyOptions,
    use: (segment: Segment, digests: BodyDigests) => Change<T>,
  ): Promise<T>;
  /** As `free`, but the bodies are removed in the background. */
  freeLazily<T>(work: () => Change<T>): Promise<T>;
  /** Waits for background work, then notes up to which id every file has a row. */
  close(): Promise<void>;
}

export function createBodyLedger(
  folder: string,
  opened: {
    readonly index: ObjectIndex;
    readonly commit: GroupCommit;
    readonly ids: Ids;
    readonly reserve: DiskReserve;
  },
): BodyLedger {
  const { index, commit, ids, reserve } = opened;
  /** Bodies whose files are removed; their rows go with the next transaction. */
  let removed: string[] = [];
  const files = createBodyFiles(folder, (id) => removed.push(id));
  /** Bodies that have no row yet, oldest first. */
  const coming = new Set<string>();
  const begun = ids.ulid();
  if (index.sweptUntil() === undefined) index.markSwept(begun);
  let swept = false;
  /** No caller waits for it. What it fails to remove is removed at the next opening. */
  let background = sweep().catch(() => {});

  async function sweep(): Promise<void> {
    await remove(index.unused());
    await files.sweep(index.sweptUntil()!, begun, index.knows);
    await commit.run(() => index.markSwept(begun), { storesNothing: true });
    swept = true;
  }

  async function remove(unused: readonly string[]): Promise<void> {
    for (const id of unused) await files.remove(id);
  }

  async function commitChange<T>(work: () => Change<T>, options?: { storesNothing: boolean }): Promise<Change<T>> {
    const gone = removed;
    removed = [];
    const change = () => {
      for (const id of gone) index.forget(id);
      return work();
    };
    return commit.run(change, options);
  }

  async function changeNow<T>(work: () => Change<T>, options?: { storesNothing: boolean }): Promise<T> {
    const { result, unused } = await commitChange(work, options);
    await remove(unused).catch(() => {}); // the change is durable all the same; the next opening removes them
    return result;
  }

  const ledger: BodyLedger = {
    path: files.path,
    read: (segments, range) => files.read(segments, range),

    change: (work) => changeNow(work),
    free: (work) => changeNow(work, { storesNothing: true }),

    async store(source, options, use) {
      // Before the body is transferred: it would take the room that deletions need.
      if (!reserve.mayGrow()) throw diskFullFault(folder);
      const id = ids.ulid();
      coming.add(id);
      try {
        const digests = await files.write(id, source, options);
        return await ledger.change(() => {
          const segment = { id, sizeBytes: digests.sizeBytes };
          index.use([segment]);
          return use(segment, digests);
        });
      } catch (error) {
        await files.remove(id).catch(() => {});
        if (isDiskFull(error)) reserve.foundFull();
        throw storageFault(error, folder);
      } finally {
        coming.delete(id);
      }
    },

    async freeLazily(work) {
      const { result, unused } = await commitChange(work, { storesNothing: true });
      background = background.then(() => remove(unused)).catch(() => {});
      return result;
    },

    async close() {
      await background;
      await files.settled();
      const [oldest = ids.ulid()] = coming;
      try {
        if (swept) index.markSwept(oldest);
      } catch {
        // The disk is full: the next opening looks through more folders than it needs to.
      }
    },
  };
  return ledger;
}
