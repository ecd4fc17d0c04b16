import { readJsonToken, writeJsonToken } from "../json-token.ts";
import type { FolderPage, FolderQuery } from "./port.ts";

/** Where a stream is in its folder's order of time; -Infinity for one without entries. */
export interface FolderPlace {
  readonly name: string;
  readonly lastTime: number;
}

/**
 * Makes a page of the places that `read` returns, up to a limit of them beyond a place. A page's token is the place of its
 * last stream, so that streams which come, go and move between pages do not shift the others.
 *
 * @throws RangeError for a token that no page of the same folder and order gave
 */
export function folderPage(
  folder: string,
  { descending = false, after, limit }: FolderQuery,
  read: (beyond: FolderPlace, limit: number) => readonly FolderPlace[],
): FolderPage {
  const list = [folder, descending] as const;
  const start = { name: "", lastTime: descending ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY };
  const places = read(after === undefined ? start : readToken(after, list), limit + 1);
  const shown = places.slice(0, limit);
  return {
    streams: shown.map(({ name }) => name),
    next: places.length > limit ? token(shown.at(-1)!, list) : undefined,
  };
}

type List = readonly [folder: string, descending: boolean];

/** JSON writes -Infinity as null. */
const token = ({ name, lastTime }: FolderPlace, list: List): string => writeJsonToken([...list, lastTime, name]);

function readToken(text: string, [folder, descending]: List): FolderPlace {
  const parts = readJsonToken(text);
  if (parts?.length === 4) {
    const [ofFolder, ofOrder, lastTime, name] = parts;
    const isPlace = typeof name === "string" && (lastTime === null || typeof lastTime === "number");
    if (ofFolder === folder && ofOrder === descending && isPlace) {
      const place = { name, lastTime: lastTime ?? Number.NEGATIVE_INFINITY };
      // Decoding overlooks characters that no token has.
      if (token(place, [folder, descending]) === text) return place;
    }
  }
  throw new RangeError("The page token is not one that a page of this folder gave");
}
