import type { Clock } from "../../base/clock.ts";
import { defineKind, type Kind, loadKind } from "../../frame/define-kind.ts";
import type { KindEntry } from "../../frame/kinds.ts";
import type { ObjectStore } from "../../stores/objects/port.ts";
import {
  allDocuments,
  type ResourceChange,
  type ResourceDocument,
  type ResourceStore,
} from "../../stores/resources/port.ts";

/** Records the shape and the labels that the documents of a kind were written with. */
const kindShape = defineKind<{ readonly shape: string }, Record<string, never>>({
  service: "sagebrush",
  kind: "kind-shape",
  key: ["Kind"],
  scope: "global",
  exactCase: true,
});

interface Host {
  readonly resources: ResourceStore;
  readonly objects: ObjectStore;
  readonly clock: Clock;
}

const documentsAtOnce = 200;

/**
 * Rewrites the documents of every kind whose shape or labels have changed since they were written, so that lists find
 * them. It runs at start, before anything else reads; after a kill the next start runs it again.
 */
export async function relabel(host: Host, kinds: readonly KindEntry[]): Promise<void> {
  const { resources } = host;
  const now = host.clock.now();
  const known = new Map<string, ResourceDocument<{ readonly shape: string }>>();
  for await (const found of allDocuments(resources, kindShape.name, {}))
    known.set(found.key.name, kindShape.read(found));
  const changes: ResourceChange[] = [];
  for (const entry of kinds) {
    const { service, kind, shape } = entry;
    const name = `${service}/${kind}`;
    const before = known.get(name);
    if (before?.wanted.shape === shape) continue;
    const { documents } = await resources.list(name, { limit: 1 });
    if (documents.length > 0) await rewrite(host, await loadKind(entry));
    const key = kindShape.key({ account: "-", region: "-" }, { Kind: name });
    const { id = name, created = now, version } = before ?? {};
    changes.push(
      await kindShape.put(host, { key, id, created, modified: now, version, wanted: { shape }, actual: {} }),
    );
  }
  if (changes.length > 0) await resources.write(changes);
}

async function rewrite(host: Host, kind: Kind) {
  let batch: ResourceChange[] = [];
  for await (const { key } of allDocuments(host.resources, kind.name, {})) {
    const document = await kind.find(host, key);
    if (document) batch.push(await kind.put(host, document));
    if (batch.length < documentsAtOnce) continue;
    await host.resources.write(batch);
    batch = [];
  }
  if (batch.length > 0) await host.resources.write(batch);
}
