import type { ServiceHost } from "../../frame/context.ts";
import { loadKind } from "../../frame/define-kind.ts";
import { createKindNames, type Place } from "../../frame/kind-naming.ts";
import type { KindEntry } from "../../frame/kinds.ts";
import type { Running } from "../../fronts/front.ts";
import type { ResourceDocument } from "../../stores/resources/port.ts";

/** The newest of each kind; neither the page nor `status` is a console. */
const shownOfEach = 20;

/** What runs in an account and region, of every kind that declares `running`, the newest first. */
export async function whatRuns(host: Pick<ServiceHost, "resources" | "kinds">, place: Place): Promise<Running[]> {
  const found = await Promise.all(host.kinds.all.map((entry) => runningOf(entry, host, place)));
  return found.flat().sort((a, b) => b.since.getTime() - a.since.getTime());
}

/** One list by the index of statuses. The kind's file is imported when there is something to show. */
async function runningOf(
  entry: KindEntry,
  { resources }: Pick<ServiceHost, "resources">,
  { account, region }: Place,
): Promise<Running[]> {
  const { service, kind, scope = "region", running: status, title = kind } = entry;
  if (status === undefined) return [];
  const { documents } = await resources.list(`${service}/${kind}`, {
    account: scope === "global" ? "-" : account,
    region: scope === "region" ? region : "-",
    status,
    sort: { by: "created", descending: true },
    limit: shownOfEach,
  });
  if (documents.length === 0) return [];
  const unit = await loadKind(entry);
  return documents.map(unit.read).map((document) => ({
    what: title,
    name: nameOf(entry, document),
    status: unit.shownStatus(document),
    since: new Date(document.created),
  }));
}

/** Keys of most kinds are in lower case; what was asked for has the names as they were given. */
function nameOf(entry: KindEntry, { key, wanted }: ResourceDocument): string {
  const given = wanted as Readonly<Record<string, unknown>>;
  const values = Object.entries(createKindNames(entry).variables(key)).map(([name, value]) => {
    const written = given[name];
    return typeof written === "string" && written.toLowerCase() === value ? written : value;
  });
  return values.join("/");
}
