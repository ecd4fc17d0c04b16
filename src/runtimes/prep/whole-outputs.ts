import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Outputs of a flow that are made aside, and put in their places together when all of them are whole: what a flow was
 * writing when it failed, was stopped or was killed is never taken for its result.
 */
export interface WholeOutputs {
  /** Makes an empty folder for the files of an output. Paths are relative to the root, given and returned. */
  folder(place: string): string;
  /** The path for a file that an output consists of, or that belongs to one. */
  file(place: string): string;
  /** Puts all in their places, in the place of what is there. */
  publish(): void;
}

/**
 * @param root the folder that paths are relative to
 * @param aside a folder below it, on the same disk as the outputs' places; what an earlier try left in it is removed
 */
export function createWholeOutputs(root: string, aside: string): WholeOutputs {
  rmSync(join(root, aside), { recursive: true, force: true });
  const places = new Set<string>();
  const file = (place: string): string => {
    places.add(place);
    mkdirSync(dirname(join(root, aside, place)), { recursive: true });
    return join(aside, place);
  };
  return {
    file,
    folder(place) {
      const made = file(place);
      rmSync(join(root, made), { recursive: true, force: true });
      mkdirSync(join(root, made), { recursive: true });
      return made;
    },
    publish() {
      // An output may be below the folder of another, and then comes with it.
      const outermost = [...places].filter((place) => ![...places].some((other) => place.startsWith(`${other}/`)));
      for (const place of outermost) {
        if (!existsSync(join(root, aside, place))) continue;
        rmSync(join(root, place), { recursive: true, force: true });
        mkdirSync(dirname(join(root, place)), { recursive: true });
        renameSync(join(root, aside, place), join(root, place));
      }
      places.clear();
    },
  };
}
