import { isDiskFull } from "../../../base/is-disk-full.ts";
import type { Context } from "../../../frame/context.ts";
import { type Kind, loadKind } from "../../../frame/define-kind.ts";
import type { KindEntry } from "../../../frame/kinds.ts";
import type { Tag } from "../../../frame/resource-tags.ts";
import { allDocuments, keyText, type ResourceDocument, type ResourceKey } from "../../../stores/resources/port.ts";
import type { SearchEntry } from "../../../stores/search/port.ts";
import type { StructureShape } from "../../../wire/schema.ts";
import { propertyValues } from "./property-values.ts";

/** Changes when the entries must be made anew, as they are with every version: a version may describe more. */
export const formOf = ({ settings }: Pick<Context, "settings">, kind: Kind): string =>
  `${settings.version} ${kind.shape}`;

/** Returns what Search shows of a document: what Describe says, as far as the record's shape has it, and the tags. */
export async function recordOf(
  kind: Kind,
  document: ResourceDocument,
  context: Context,
): Promise<Readonly<Record<string, unknown>>> {
  const { Tags } = document.wanted as { readonly Tags?: readonly Tag[] };
  return { ...(await kind.describe!(document, context)), Tags };
}

/** Leaves out what the shape of a record does not have, which is found by no name either. */
export const within = (
  { members }: StructureShape,
  record: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(members.filter(({ name }) => record[name] !== undefined).map(({ name }) => [name, record[name]]));

/** Brings the entry of one document up to date, where its kind has been searched before. */
export async function indexDocument(entry: KindEntry, key: ResourceKey, context: Context): Promise<void> {
  const { searchIndex } = context;
  const kind = await loadKind(entry);
  await searchIndex.alone(async () => {
    if (!searchIndex.isWhole(key.kind, formOf(context, kind))) return;
    const document = await kind.find(context, key);
    const entry = document && (await entryOf(kind, document, context));
    if (entry) await searchIndex.put(entry);
    else await searchIndex.remove(key, key.name);
  });
}

/** The follower's name, which is that of its place in the feed. */
export const searchFollowerName = "search-index";

const changesAtOnce = 500;

/** Does what the follower has yet to do for a kind, so that a search finds what was written before it was asked. */
export async function catchUp(kind: Kind, entry: KindEntry, context: Context): Promise<void> {
  const { resources } = context;
  const { sequence: newest } = await resources.write([]);
  let passed = await resources.cursor(searchFollowerName);
  const changed = new Map<string, ResourceKey>();
  while (passed < newest) {
    const changes = await resources.changes(passed, changesAtOnce);
    for (const { key, event } of changes) if (key.kind === kind.name && !event) changed.set(keyText(key), key);
    passed = changes.at(-1)?.sequence ?? newest;
  }
  for (const [text, key] of context.searchIndex.missed) if (key.kind === kind.name) changed.set(text, key);
  for (const key of changed.values()) await indexDocument(entry, key, context);
}

/** Makes the entries of a kind when it is searched for the first time, or for the first time with this version. */
export async function makeWhole(kind: Kind, context: Context): Promise<void> {
  const { searchIndex } = context;
  const form = formOf(context, kind);
  if (searchIndex.isWhole(kind.name, form)) return;
  await searchIndex.alone(async () => {
    if (!searchIndex.isWhole(kind.name, form)) await searchIndex.rebuild(kind.name, form, entriesOf(kind, context));
  });
}

async function* entriesOf(kind: Kind, context: Context): AsyncGenerator<SearchEntry> {
  for await (const { key } of allDocuments(context.resources, kind.name, {})) {
    const document = await kind.find(context, key);
    const entry = document && (await entryOf(kind, document, context));
    if (entry) yield entry;
  }
}

/** undefined for a document that cannot be described now: it must not keep the others from being found. */
async function entryOf(kind: Kind, document: ResourceDocument, context: Context): Promise<SearchEntry | undefined> {
  const { key, id } = document;
  const { missed } = context.searchIndex;
  try {
    const values = propertyValues(await recordOf(kind, document, context));
    missed.delete(keyText(key));
    return { space: key, name: key.name, id, values };
  } catch (error) {
    // What the whole server lacks is tried again as a whole.
    if (isDiskFull(error)) throw error;
    missed.set(keyText(key), key);
    return undefined;
  }
}
