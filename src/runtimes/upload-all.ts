import { errorWords } from "./disk-room.ts";

const uploadsAtOnce = 4;
const shownOfPath = 100;

/**
 * Uploads files, some at a time. One that the server refuses, for example because its key is too long, keeps no other
 * from being uploaded; any other fault, such as a full disk, ends it.
 *
 * @throws the first fault; of a refusal it names the file
 */
export async function uploadAll(paths: readonly string[], upload: (path: string) => Promise<unknown>): Promise<void> {
  const refusals: string[] = [];
  const faults: unknown[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < paths.length && faults.length === 0; at = next++) {
      const path = paths[at]!;
      await upload(path).catch((error) => {
        if (isRefusal(error)) refusals.push(`${shown(path)}: ${errorWords(error)}`);
        else faults.push(error);
      });
    }
  };
  await Promise.all(Array.from({ length: uploadsAtOnce }, work));
  if (faults.length > 0) throw faults[0];
  const [first, ...others] = refusals.sort();
  if (first !== undefined)
    throw new Error(others.length > 0 ? `${first}, and ${others.length} more of its files` : first);
}

/** A bucket that is gone (404), or may not be written to (403), is so for all files. */
const isRefusal = (error: { readonly $metadata?: { readonly httpStatusCode?: number } }): boolean =>
  error.$metadata?.httpStatusCode === 400;

const shown = (path: string): string => (path.length > shownOfPath ? `${path.slice(0, shownOfPath)}...` : path);
