import { existsSync } from "node:fs";
import { join } from "node:path";
import { unitSeparator } from "../../base/unit-separator.ts";
import { upgradeJournalIndex } from "../../stores/journals/upgrade.ts";
import type { ResourceKey } from "../../stores/resources/port.ts";
import { rewriteActual } from "../../stores/resources/rewrite-actual.ts";
import type { HomeUpgrade } from "./home-upgrade.ts";

/**
 * In format 3, a log stream names the id of its group, and its journal lies in the folder of the group. Every stream has
 * a journal, also one without events.
 */
export const upgrade2To3: HomeUpgrade = (home) => {
  const resourcesFile = join(home, "resources.sqlite");
  const indexFile = join(home, "journals", "index.sqlite");
  // A server that was killed at its first start may have made neither database.
  if (!existsSync(resourcesFile)) return;
  const names: { from: string; to: string }[] = [];
  rewriteActual(resourcesFile, "logs/log-stream", ({ key, id }, idOf) => {
    const groupId = idOf(groupOf(key)) ?? "";
    const place = `logs/${key.account}/${key.region}`;
    names.push({
      from: `${place}/${id}`,
      to: [`${place}/${groupId}`, streamNameOf(key), id].join(unitSeparator),
    });
    return { groupId };
  });
  if (existsSync(indexFile)) upgradeJournalIndex(indexFile, names);
};

const groupOf = (key: ResourceKey): ResourceKey => ({
  ...key,
  kind: "logs/log-group",
  name: key.name.split(unitSeparator)[0]!,
});

const streamNameOf = ({ name }: ResourceKey): string => name.slice(name.indexOf(unitSeparator) + 1);
