import { formatOf, homeFormat, writeFormat } from "./format.ts";
import type { HomeUpgrade } from "./home-upgrade.ts";
import type { Upgraded } from "./upgrade-home.ts";
import { isUpgradeUnfinished } from "./upgrade-record.ts";

/**
 * Writes the format of a new home, refuses a newer one, and upgrades an older one after copying it beside itself as
 * HOME.format-N. The caller holds the home's lock.
 *
 * @throws StartFailure when the home is of a newer format or damaged, or the folder is not a home
 */
export async function bringToFormat(
  home: string,
  target = homeFormat,
  steps?: Readonly<Record<number, HomeUpgrade>>,
): Promise<Upgraded | undefined> {
  const found = formatOf(home, target);
  if (found === undefined) {
    writeFormat(home, target);
    return undefined;
  }
  if (found === target && !isUpgradeUnfinished(home)) return undefined;
  // Imported here, because almost every start finds a home of today's format.
  const { upgradeHome } = await import("./upgrade-home.ts");
  return upgradeHome(home, found, target, steps);
}
