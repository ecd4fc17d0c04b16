import type { Fault } from "../aws/faults.ts";
import { allDocuments, Conflict, type ResourceChange, type ResourceDocument } from "../stores/resources/port.ts";
import type { Context } from "./context.ts";
import { loadKind, parentText } from "./define-kind.ts";

/**
 * A parent and its children are separate documents, so a child could be written between the moment when a deletion
 * looks for children and the moment when it removes the parent. A deletion therefore marks the parent with this label
 * before it looks. A child that is created under a marked parent takes the mark off in its own batch, and the deletion,
 * which expects the marked version, conflicts and begins again. A mark that a killed server left does no harm.
 */
const closingLabel = "closing";

/**
 * Returns the change that is written with a new child: the parent is as it was read, and no deletion misses the child.
 */
export async function parentFence(
  { resources }: Pick<Context, "resources">,
  parent: ResourceDocument,
): Promise<ResourceChange> {
  const { key, version, labels } = parent;
  if (labels?.[closingLabel] === undefined) return { require: key, expected: version };
  return { put: withLabel(await stored(resources, parent), undefined), expected: version };
}

/** What is to be written with the removal of a parent. */
export interface ClosedParent<Document> {
  /** The parent with its mark; the removal expects this version. */
  readonly document: Document;
  /** The deletions of the children that go with it, and of theirs. */
  readonly changes: readonly ResourceChange[];
}

/**
 * Prepares the removal of a document that may have children. However many go with it, they go in the batch of the
 * removal: a deletion that is killed, or gives up, has deleted nothing.
 * @param refusal makes the refusal for a document with children that keep it
 * @throws Conflict when the document has changed since it was read
 */
export async function closeParent<Document extends ResourceDocument>(
  { resources, kinds }: Pick<Context, "resources" | "kinds">,
  document: Document,
  refusal: () => Fault,
): Promise<ClosedParent<Document>> {
  const { account, region } = document.key;
  const all = kinds.childrenOf(document.key.kind);
  if (all.length === 0) return { document, changes: [] };

  const queryOf = {
    account: account === "-" ? undefined : account,
    region: region === "-" ? undefined : region,
    parent: parentText(document.key),
  };
  const keeping = all.filter(({ parent }) => parent?.deletion === "refused");
  const refuseWhileKept = async () => {
    for (const { service, kind } of keeping) {
      const { documents } = await resources.list(`${service}/${kind}`, { ...queryOf, limit: 1 });
      if (documents.length > 0) throw refusal();
    }
  };

  await refuseWhileKept();
  const closed = await mark(resources, document);
  // A child may have been created before the mark was written.
  await refuseWhileKept();

  const changes: ResourceChange[] = [];
  for (const entry of all.filter((one) => !keeping.includes(one))) {
    const { name, read } = await loadKind(entry);
    for await (const found of allDocuments(resources, name, queryOf)) {
      // A child of a newer shape refuses to be read: what a newer version keeps with it is not known here.
      const child = await closeParent({ resources, kinds }, read(found), refusal);
      changes.push(...child.changes, { delete: found.key, expected: child.document.version });
    }
  }
  return { document: closed, changes };
}

async function mark<Document extends ResourceDocument>(
  resources: Context["resources"],
  document: Document,
): Promise<Document> {
  if (document.labels?.[closingLabel] !== undefined) return document;
  const put = withLabel(await stored(resources, document), 1);
  await resources.write([{ put, expected: document.version }]);
  return { ...document, labels: put.labels, version: document.version + 1 };
}

/** Returns the document as the store has it: in the shape that it was written in, large members apart. */
async function stored({ get }: Context["resources"], { key, version }: ResourceDocument): Promise<ResourceDocument> {
  const found = await get(key);
  if (found?.version !== version) throw new Conflict(key, found?.version ?? "absent");
  return found;
}

function withLabel({ version: _, ...document }: ResourceDocument, value: 1 | undefined) {
  return { ...document, labels: { ...document.labels, [closingLabel]: value } };
}
