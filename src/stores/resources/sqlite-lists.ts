import type { Database } from "../database.ts";
import { storageFault } from "../storage-fault.ts";
import { matches } from "./matching.ts";
import { positionOf, sortOf } from "./order.ts";
import { checkLimit, listMark, pageToken, readPageToken } from "./page-token.ts";
import type { ResourcePage, ResourceQuery } from "./port.ts";
import type { SqliteDocuments } from "./sqlite-documents.ts";
import { createSqliteListing, type Listed } from "./sqlite-listing.ts";
import { createSqliteReader } from "./sqlite-reader.ts";
import { createSqliteRowSets } from "./sqlite-row-sets.ts";
import type { SqliteSpaces } from "./sqlite-spaces.ts";

/**
 * Makes the pages of lists. Those that one index gives, and those of few documents, are made at once; all others in the
 * reader.
 */
export function createSqliteLists(
  database: Database,
  options: {
    readonly path: string;
    readonly spaces: SqliteSpaces;
    readonly documents: SqliteDocuments;
    /** For tests: lists that are not simple are made in the reader, with sets of rows, even where documents are few. */
    readonly alwaysReader?: boolean | undefined;
  },
) {
  const { path, spaces, documents, alwaysReader } = options;
  const rowSets = createSqliteRowSets(database, spaces);
  const listing = createSqliteListing(database, spaces, rowSets);
  const reader = createSqliteReader(path, { eagerSets: alwaysReader });

  async function pageByReader(listed: Listed, query: ResourceQuery): Promise<ResourcePage> {
    const isHere = !alwaysReader && listing.isSmall(listed);
    // Sets of few documents are made in no time, and not followed; only the number of the latest change is.
    rowSets.forget();
    rowSets.follow();
    const rows = isHere
      ? listing.page(listed)
      : await reader.page(listed).catch((error) => {
          throw storageFault(error, path);
        });
    const page = rows.slice(0, query.limit);
    const next =
      rows.length > page.length ? pageToken(page.at(-1)!, listed.sort, listMark(listed.kind, query)) : undefined;
    // A document may have been removed, or changed so that the list no longer has it, since the reader made the page.
    const found = page.flatMap(({ row, id, version }) => {
      const document = documents.find(row);
      const isSame = document?.id === id && (document.version === version || matches(document, query));
      return isSame ? [document] : [];
    });
    return { documents: found, next };
  }

  return {
    async list(kind: string, query: ResourceQuery): Promise<ResourcePage> {
      checkLimit(query.limit);
      const sort = sortOf(query);
      const end = query.after === undefined ? undefined : readPageToken(query.after, sort, listMark(kind, query));
      const listed = { kind, query, sort, end, limit: query.limit + 1 };
      const rows = listing.simple(listed);
      if (!rows) return pageByReader(listed, query);
      const page = rows.slice(0, query.limit).map((row) => documents.find(row)!);
      const next =
        rows.length > page.length
          ? pageToken(positionOf(page.at(-1)!, sort.by), sort, listMark(kind, query))
          : undefined;
      return { documents: page, next };
    },
    close: reader.close,
  };
}
