import { existsSync } from "node:fs";
import { shellWord } from "../../base/shell-word.ts";
import { type Checkup, type Finding, findingOf } from "../checkup/checkup.ts";
import { formatOf } from "./format.ts";
import { copyOf, readUpgradeRecord } from "./upgrade-record.ts";

/**
 * Returns what is left to do of an upgrade that was interrupted or has failed; nothing where all upgrades are finished.
 */
export function checkUpgrade({ settings, held }: Checkup): readonly Finding[] {
  const title = "Upgrade";
  const { home } = settings;
  try {
    const record = readUpgradeRecord(home);
    if (record === undefined) return [];
    const { from, failure } = record;
    if (held) return [{ title, words: `a server is upgrading ${home} from format ${from}` }];
    const copy = copyOf(home, record);
    const start = `bin/sagebrush start --home ${shellWord(home)}`;
    const isUntouched = formatOf(home) === from;
    if (!isUntouched && !existsSync(copy)) {
      const words = `the upgrade of ${home} from format ${from} is not finished, and ${copy} is missing, from which it goes on`;
      return [{ title, words, mark: "wrong", fix: `Put ${copy} back. Then run: ${start}` }];
    }
    const state = isUntouched ? "nothing in the home has changed yet" : `as it was before, the home is in ${copy}`;
    if (failure === undefined) {
      const words = `the upgrade of ${home} from format ${from} was interrupted; ${state}`;
      return [{ title, words, mark: "note", fix: `The next start finishes it. Run: ${start}` }];
    }
    const words = `the upgrade of ${home} from format ${from} failed: ${failure.replace(/\.$/, "")}; ${state}`;
    const otherwise = isUntouched
      ? "An older version can still use the home."
      : `To go back to the older version, move ${home} away and ${copy} to its place.`;
    return [{ title, words, mark: "wrong", fix: `Mend that, then run: ${start}. ${otherwise}` }];
  } catch (error) {
    return [findingOf(title, error)];
  }
}
