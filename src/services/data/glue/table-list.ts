import type { Context } from "../../../frame/context.ts";
import { parentText } from "../../../frame/define-kind.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { listPage } from "../../../frame/list-page.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import { checkCatalog, type DatabaseDocument, linkedDatabase, tableKind } from "./catalog-kinds.ts";
import { hiddenFrom, onTables } from "./catalog-permissions.ts";
import { gluePage, refuseMembers } from "./glue-faults.ts";
import { nameTest } from "./name-test.ts";
import { shownTable } from "./table-shown.ts";

/** With an expression so many tables are read at once. */
const readAtOnce = 1000;

export const tableList = defineOperations(
  "glue",
  { GetTables: onTables("GetTables", () => ["*"]) },
  {
    async GetTables(input, context) {
      checkCatalog(context, input.CatalogId);
      refuseMembers(context, input, "", ["TransactionId", "QueryAsOfTime"]);
      const database = await linkedDatabase(context, input.DatabaseName);
      const isNamed = nameTest(input.Expression);
      const { documents, next } = await listPage(gluePage, input, (asked) =>
        isNamed ? namedTables(context, database, isNamed, asked) : tablesOf(context, database, asked),
      );
      const isHidden = await hiddenFrom(context, "GetTables");
      const all = documents
        .map((document) => shownTable(tableKind.read(document)))
        .filter(({ DatabaseName = "", Name = "" }) => !isHidden("table", DatabaseName, Name));
      const { AttributesToGet = [] } = input;
      const shown =
        AttributesToGet.some((one) => one === "NAME" || one === "TABLE_TYPE") && !AttributesToGet.includes("DEFAULT");
      return {
        TableList: shown
          ? all.map(({ Name, DatabaseName, CatalogId, TableType }) => ({
              ...{ Name, DatabaseName, CatalogId },
              TableType: AttributesToGet.includes("TABLE_TYPE") ? TableType : undefined,
            }))
          : all,
        NextToken: next,
      };
    },
  },
);

interface Asked {
  readonly after: string | undefined;
  readonly limit: number;
}

const tablesOf = (context: Context, { key }: DatabaseDocument, asked: Asked) =>
  context.resources.list(tableKind.name, {
    ...{ account: key.account, region: key.region, parent: parentText(key), sort: { by: "name" } },
    ...asked,
  });

/** Reads on until a page of tables with such names is full. */
async function namedTables(
  context: Context,
  database: DatabaseDocument,
  isNamed: (name: string) => boolean,
  { after, limit }: Asked,
): Promise<{ readonly documents: readonly ResourceDocument[]; readonly next?: string | undefined }> {
  const documents: ResourceDocument[] = [];
  let next = after;
  do {
    const start = next;
    const page = await tablesOf(context, database, { after: start, limit: readAtOnce });
    const wanted = limit - documents.length;
    const places = page.documents.flatMap((one, place) => (isNamed(tableKind.read(one).wanted.Name) ? [place] : []));
    documents.push(...places.slice(0, wanted).map((place) => page.documents[place]!));
    if (places.length <= wanted) next = page.next;
    // The next page begins behind the last table that is given.
    else next = (await tablesOf(context, database, { after: start, limit: places[wanted - 1]! + 1 })).next;
  } while (next !== undefined && documents.length < limit);
  return { documents, next };
}
