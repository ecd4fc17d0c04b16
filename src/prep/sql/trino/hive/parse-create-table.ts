import { parseObjectName } from "../parse-write.ts";
import { SqlFault } from "../sql-fault.ts";
import type { CreateTable, HiveColumn, PartitionTransform, RowFormat, StoredAs } from "../statement.ts";
import type { TokenReader } from "../token-reader.ts";
import { anyName, columnList, hiveType, properties } from "./parse-clauses.ts";

type Clauses = { -readonly [Key in keyof CreateTable]?: CreateTable[Key] };

/** CREATE [EXTERNAL] TABLE. The clauses after the columns come in any order, each once. */
export function parseCreateTable(reader: TokenReader): CreateTable {
  const external = reader.take("EXTERNAL");
  reader.expect("TABLE");
  const ifNotExists = reader.take("IF", "NOT", "EXISTS");
  const table = parseObjectName(reader);
  if (reader.is("LIKE")) throw new SqlFault("NOT_SUPPORTED", "CREATE TABLE LIKE is not supported", reader.at);
  const columns = reader.is("(") ? columnList(reader) : [];
  const found: Clauses = {};
  const seen = new Set<string>();
  for (let clause = nextClause(reader); clause !== undefined; clause = nextClause(reader)) {
    const name = clause.words.join(" ");
    if (seen.has(name)) throw reader.fault([`${name} once`]);
    seen.add(name);
    reader.expect(...clause.words);
    Object.assign(found, clause.read(reader, found));
  }
  return {
    kind: "create-table",
    table,
    ifNotExists,
    external,
    columns,
    partitionKeys: [],
    partitionTransforms: [],
    properties: {},
    ...found,
  };
}

interface Clause {
  readonly words: readonly string[];
  read(reader: TokenReader, found: Clauses): Clauses;
}

const nextClause = (reader: TokenReader): Clause | undefined => clauses.find(({ words }) => reader.is(...words));

const clauses: readonly Clause[] = [
  { words: ["COMMENT"], read: (reader) => ({ comment: reader.string() }) },
  { words: ["PARTITIONED", "BY"], read: (reader) => partitioning(reader) },
  {
    words: ["CLUSTERED", "BY"],
    read(reader) {
      const columns = reader.parenthesized(() => reader.list(() => anyName(reader)));
      if (reader.take("SORTED", "BY"))
        reader.parenthesized(() => reader.list(() => anyName(reader) && (reader.take("ASC") || reader.take("DESC"))));
      reader.expect("INTO");
      const buckets = reader.integer();
      reader.expect("BUCKETS");
      return { clusteredBy: { columns, buckets } };
    },
  },
  {
    words: ["ROW", "FORMAT"],
    read(reader) {
      return { rowFormat: reader.take("SERDE") ? serde(reader) : delimited(reader) };
    },
  },
  {
    words: ["WITH", "SERDEPROPERTIES"],
    read: (reader, found) => ({ rowFormat: { ...found.rowFormat, properties: properties(reader) } }),
  },
  { words: ["STORED", "AS"], read: (reader) => ({ storedAs: storedAs(reader) }) },
  { words: ["LOCATION"], read: (reader) => ({ location: reader.string() }) },
  { words: ["TBLPROPERTIES"], read: (reader) => ({ properties: properties(reader) }) },
];

/** Hive's keys have types; Iceberg's are names of columns, or transforms of them. */
function partitioning(reader: TokenReader): { partitionKeys: HiveColumn[]; partitionTransforms: PartitionTransform[] } {
  const partitionKeys: HiveColumn[] = [];
  const partitionTransforms: PartitionTransform[] = [];
  reader.parenthesized(() =>
    reader.list(() => {
      const name = anyName(reader);
      if (reader.is("(")) partitionTransforms.push(transform(reader, name));
      else if (reader.is(",") || reader.is(")")) partitionTransforms.push({ transform: "identity", column: name });
      else
        partitionKeys.push({
          name,
          type: hiveType(reader),
          comment: reader.take("COMMENT") ? reader.string() : undefined,
        });
    }),
  );
  return { partitionKeys, partitionTransforms };
}

/** `bucket(16, id)`, `day(seen)`. */
function transform(reader: TokenReader, name: string): PartitionTransform {
  return reader.parenthesized(() => {
    if (reader.token.kind !== "integer") return { transform: name, column: anyName(reader) };
    const argument = reader.integer();
    reader.expect(",");
    return { transform: name, column: anyName(reader), argument };
  });
}

function serde(reader: TokenReader): RowFormat {
  const name = reader.string();
  return reader.take("WITH", "SERDEPROPERTIES") ? { serde: name, properties: properties(reader) } : { serde: name };
}

function delimited(reader: TokenReader): RowFormat {
  reader.expect("DELIMITED");
  const found: { -readonly [Key in keyof NonNullable<RowFormat["delimited"]>]: string } = {};
  for (;;) {
    if (reader.take("FIELDS", "TERMINATED", "BY")) {
      found.field = reader.string();
      if (reader.take("ESCAPED", "BY")) found.escape = reader.string();
    } else if (reader.take("ESCAPED", "BY")) found.escape = reader.string();
    else if (reader.take("COLLECTION", "ITEMS", "TERMINATED", "BY")) found.collection = reader.string();
    else if (reader.take("MAP", "KEYS", "TERMINATED", "BY")) found.map = reader.string();
    else if (reader.take("LINES", "TERMINATED", "BY")) found.line = reader.string();
    else if (reader.take("NULL", "DEFINED", "AS")) found.nullAs = reader.string();
    else return { delimited: found };
  }
}

function storedAs(reader: TokenReader): StoredAs {
  if (!reader.take("INPUTFORMAT")) return { format: anyName(reader) };
  const input = reader.string();
  reader.expect("OUTPUTFORMAT");
  return { input, output: reader.string() };
}
