import { contents } from "./manifest.ts";
import type { PlannedFile } from "./plan-files.ts";

export interface PackOptions {
  /** Files of other sizes are written anew. */
  readonly minBytes: number;
  readonly maxBytes: number;
  /** So many files that are too small make one larger, at least. */
  readonly minFiles: number;
  /** A file that so many files of deletes concern is written anew. */
  readonly minDeletes: number;
}

/** Returns the files that are to be written anew, partition by partition: those that are too small, too large, or full of deletes. */
export function packFiles(planned: readonly PlannedFile[], options: PackOptions, defaultSpec: number): PlannedFile[][] {
  const partitions = Map.groupBy(planned, ({ file, specId }) => JSON.stringify([specId, file.partition.map(String)]));
  return [...partitions.values()].flatMap((files) => {
    const isFullOfDeletes = ({ deletes }: PlannedFile) => deletes.length >= options.minDeletes;
    const isOfOldSpec = ({ specId }: PlannedFile) => specId !== defaultSpec;
    const isTooLarge = ({ file }: PlannedFile) => Number(file.sizeBytes) > options.maxBytes;
    const isTooSmall = ({ file }: PlannedFile) => Number(file.sizeBytes) < options.minBytes;
    const small = files.filter(isTooSmall);
    const isPacked = small.length >= options.minFiles;
    const packed = files.filter(
      (one) => isFullOfDeletes(one) || isOfOldSpec(one) || isTooLarge(one) || (isPacked && isTooSmall(one)),
    );
    return packed.length === 0 ? [] : [packed];
  });
}

/** Returns the files of positions that concern none but the files that go. */
export function unusedDeletes(planned: readonly PlannedFile[], gone: ReadonlySet<string>): Set<string> {
  const used = new Set<string>();
  const concerned = new Set<string>();
  for (const { deletes, file } of planned)
    for (const one of deletes) {
      if (one.content !== contents.positionDeletes) continue;
      if (gone.has(file.path)) concerned.add(one.path);
      else used.add(one.path);
    }
  return new Set([...concerned].filter((path) => !used.has(path)));
}
