import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { listPage } from "../../../frame/list-page.ts";
import { allDocuments } from "../../../stores/resources/port.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { checkCatalog, tableKind } from "./catalog-kinds.ts";
import { hiddenFrom, onTables } from "./catalog-permissions.ts";
import { gluePage, invalidInput } from "./glue-faults.ts";
import { type ShownTable, shownTable } from "./table-shown.ts";

type Input = InputOf<typeof import("@aws-sdk/client-glue"), "SearchTables">;
type Predicate = NonNullable<Input["Filters"]>[number];

/** What filters and sorts may name. Any other name is that of one of the table's parameters. */
const fields: Readonly<Record<string, (table: ShownTable) => string | Date | undefined>> = {
  name: ({ Name }) => Name,
  databasename: ({ DatabaseName }) => DatabaseName,
  catalogid: ({ CatalogId }) => CatalogId,
  description: ({ Description }) => Description,
  owner: ({ Owner }) => Owner,
  tabletype: ({ TableType }) => TableType,
  createdby: ({ CreatedBy }) => CreatedBy,
  createtime: ({ CreateTime }) => CreateTime,
  updatetime: ({ UpdateTime }) => UpdateTime,
  lastaccesstime: ({ LastAccessTime }) => LastAccessTime,
};

export const searchTables = defineOperations(
  "glue",
  { SearchTables: onTables("SearchTables", () => ["*"]) },
  {
    async SearchTables(input, context) {
      checkCatalog(context, input.CatalogId);
      // Nobody else shares a table with this account.
      const isForeign = input.ResourceShareType === "FOREIGN" || input.ResourceShareType === "FEDERATED";
      const found = isForeign ? [] : await matching(context, input);
      return listPage(gluePage, input, ({ after = "0", limit }) => {
        if (!/^\d{1,9}$/.test(after)) throw new RangeError("No place in a search");
        const from = Number(after);
        const next = from + limit;
        return {
          TableList: found.slice(from, next),
          NextToken: next < found.length ? String(next) : undefined,
        };
      });
    },
  },
);

async function matching(context: Context, { Filters = [], SearchText, SortCriteria = [] }: Input) {
  const tests = [...Filters.map(filterTest), ...(SearchText ? [textTest(SearchText)] : [])];
  const found: ShownTable[] = [];
  const isHidden = await hiddenFrom(context, "SearchTables");
  const { account, region } = context;
  for await (const document of allDocuments(context.resources, tableKind.name, {
    ...{ account, region, sort: { by: "name" } },
  })) {
    const table = shownTable(tableKind.read(document));
    const { DatabaseName = "", Name = "" } = table;
    if (tests.every((passes) => passes(table)) && !isHidden("table", DatabaseName, Name)) found.push(table);
  }
  const [criterion] = SortCriteria;
  if (!criterion) return found;
  const valueIn = fields[criterion.FieldName?.toLowerCase() ?? ""];
  if (!valueIn) throw invalidInput(`Tables cannot be sorted by ${criterion.FieldName}.`);
  const sign = criterion.Sort === "DESC" ? -1 : 1;
  const text = (table: ShownTable) => comparable(valueIn(table));
  return found.toSorted((one, other) => sign * (text(one) < text(other) ? -1 : text(one) > text(other) ? 1 : 0));
}

const comparable = (value: string | Date | undefined): string =>
  value instanceof Date ? String(value.getTime()).padStart(16, "0") : (value ?? "").toLowerCase();

/** The words that a text is compared by. */
const wordsOf = (text: string): string[] => text.toLowerCase().split(/[^\p{L}\p{N}]+/u);

function filterTest({ Key = "", Value = "", Comparator }: Predicate): (table: ShownTable) => boolean {
  const valueIn = fields[Key.toLowerCase()] ?? ((table: ShownTable) => table.Parameters?.[Key]);
  return (table) => {
    const value = valueIn(table);
    if (value === undefined) return false;
    if (value instanceof Date) return compares(value.getTime() - timeOf(Key, Value), Comparator);
    return value.toLowerCase() === Value.toLowerCase() || wordsOf(value).includes(Value.toLowerCase());
  };
}

function compares(difference: number, comparator: Predicate["Comparator"] = "EQUALS"): boolean {
  switch (comparator) {
    case "GREATER_THAN":
      return difference > 0;
    case "LESS_THAN":
      return difference < 0;
    case "GREATER_THAN_EQUALS":
      return difference >= 0;
    case "LESS_THAN_EQUALS":
      return difference <= 0;
    default:
      return difference === 0;
  }
}

function timeOf(key: string, value: string): number {
  const time = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value);
  if (Number.isNaN(time)) throw invalidInput(`The filter ${key} needs a time: ${value} is none.`);
  return time;
}

/** A text in quotes is looked for as it stands, each word of any other. */
function textTest(text: string): (table: ShownTable) => boolean {
  const exact = /^"(.*)"$/s.exec(text)?.[1]?.toLowerCase();
  const words = wordsOf(text).filter((word) => word !== "");
  return (table) => {
    const all = textsOf(table);
    if (exact !== undefined) return all.some((one) => one.toLowerCase() === exact);
    const known = all.map((one) => one.toLowerCase()).join("\n");
    return words.every((word) => known.includes(word));
  };
}

const textsOf = (table: ShownTable): string[] =>
  [
    ...[table.Name, table.DatabaseName, table.Description, table.Owner, table.TableType],
    ...[...(table.StorageDescriptor?.Columns ?? []), ...(table.PartitionKeys ?? [])].flatMap(({ Name, Comment }) => [
      Name,
      Comment,
    ]),
    ...Object.entries(table.Parameters ?? {}).flat(),
  ].filter((text) => text !== undefined);
