import { QueryFailure } from "./athena-faults.ts";
import type { CatalogTable } from "./file-format.ts";

/** What the catalog keeps of a view. */
export interface ViewText {
  readonly view: string;
  readonly catalog?: string;
  readonly database?: string;
}

const frame = /^\s*\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/\s*$/;

export const isViewTable = ({ TableType }: CatalogTable): boolean => TableType === "VIRTUAL_VIEW";

/** Returns the query of a view; undefined for a table. */
export function viewOf(table: CatalogTable): ViewText | undefined {
  if (!isViewTable(table)) return undefined;
  const { DatabaseName, Name, ViewOriginalText = "" } = table;
  const [, encoded] = frame.exec(ViewOriginalText) ?? [];
  if (encoded === undefined) throw new QueryFailure(`INVALID_VIEW: ${DatabaseName}.${Name} is no view of Athena`);
  const { catalog, originalSql, schema } = JSON.parse(Buffer.from(encoded, "base64").toString("utf8"));
  return { view: originalSql, ...(catalog && { catalog: catalog.toLowerCase() }), ...(schema && { database: schema }) };
}

/** Returns the text under which the catalog keeps a view. */
export const viewText = (of: {
  readonly originalSql: string;
  readonly catalog: string;
  readonly schema: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}): string => `/* Presto View: ${Buffer.from(JSON.stringify(of)).toString("base64")} */`;
