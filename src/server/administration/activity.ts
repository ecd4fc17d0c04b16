import type { ServiceHost } from "../../frame/context.ts";
import { loadKind } from "../../frame/define-kind.ts";
import { createKindNames } from "../../frame/kind-naming.ts";
import type { KindEntry } from "../../frame/kinds.ts";
import type { Activity, Shown } from "../../fronts/front.ts";
import type { ResourceDocument, ResourceQuery } from "../../stores/resources/port.ts";

/** The most of each kind; neither the page nor `status` is a console. */
const mostRunning = 20;
const mostEnded = 10;
/** What ended lately is looked for among these, the ones of each kind that changed last. */
const mostChanged = 50;

type Host = Pick<ServiceHost, "resources" | "kinds">;

/** Returns what runs and what ended lately in an account, in all regions, of every kind that declares `running`. */
export async function activityOf(host: Host, account: string): Promise<Activity> {
  const found = await Promise.all(
    host.kinds.all.filter(({ running }) => running !== undefined).map((entry) => activityOfKind(entry, host, account)),
  );
  const newest = (what: keyof Activity, most: number) =>
    found
      .flatMap((one) => one[what])
      .sort((a, b) => b.since.getTime() - a.since.getTime())
      .slice(0, most);
  return { running: newest("running", Number.POSITIVE_INFINITY), ended: newest("ended", mostEnded) };
}

/** Two lists by indexes. The kind's file is imported when there is something to show. */
async function activityOfKind(entry: KindEntry, { resources }: Host, account: string): Promise<Activity> {
  const { service, kind, scope, running = [], title = kind } = entry;
  const list = async (query: Omit<ResourceQuery, "account">) => {
    const of = { account: scope === "global" ? "-" : account, ...query };
    return (await resources.list(`${service}/${kind}`, of)).documents;
  };
  const going = await list({ status: running, sort: { by: "created", descending: true }, limit: mostRunning });
  const changed = await list({ sort: { by: "modified", descending: true }, limit: mostChanged });
  if (going.length + changed.length === 0) return { running: [], ended: [] };
  const unit = await loadKind(entry);
  const show = (document: ResourceDocument, since: number): Shown => ({
    what: title,
    name: nameOf(entry, document),
    region: document.key.region === "-" ? undefined : document.key.region,
    status: unit.shownStatus(document),
    tone: unit.status(document).tone,
    reason: unit.shownReason(document),
    since: new Date(since),
  });
  const ended = changed.filter((one) => !running.includes(one.status ?? "") && unit.status(one).final);
  return {
    running: going.map(unit.read).map((document) => show(document, document.created)),
    ended: ended.map(unit.read).map((document) => show(document, document.modified)),
  };
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
