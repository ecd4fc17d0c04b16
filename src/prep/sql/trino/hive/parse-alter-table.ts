import { parseObjectName } from "../parse-write.ts";
import { SqlFault } from "../sql-fault.ts";
import type { AlterTable, PartitionSpec, Statement } from "../statement.ts";
import type { TokenReader } from "../token-reader.ts";
import { anyName, columnList, hiveColumn, partitionSpec, properties } from "./parse-clauses.ts";

export function parseAlterTable(reader: TokenReader): Statement {
  reader.expect("TABLE");
  const table = parseObjectName(reader);
  return { kind: "alter-table", table, ...change(reader) };
}

function change(reader: TokenReader): AlterTable {
  const partition = reader.take("PARTITION") ? partitionSpec(reader) : undefined;
  if (partition !== undefined) return partitionChange(reader, partition);
  if (reader.take("ADD", "COLUMNS")) return { action: "add-columns", columns: columnList(reader) };
  if (reader.take("REPLACE")) {
    reader.expect("COLUMNS");
    return { action: "replace-columns", columns: columnList(reader) };
  }
  if (reader.take("ADD")) return addPartitions(reader);
  if (reader.take("DROP", "COLUMN")) return { action: "drop-column", column: anyName(reader) };
  if (reader.take("DROP")) return dropPartitions(reader);
  if (reader.take("CHANGE")) return changeColumn(reader);
  if (reader.take("SET")) {
    if (reader.take("LOCATION")) return { action: "set-location", location: reader.string() };
    if (reader.take("TBLPROPERTIES")) return { action: "set-properties", properties: properties(reader) };
    throw mismatched(reader, "LOCATION", "TBLPROPERTIES");
  }
  if (reader.take("UNSET")) {
    reader.expect("TBLPROPERTIES");
    const ifExists = reader.take("IF", "EXISTS");
    return {
      action: "unset-properties",
      ifExists,
      keys: reader.parenthesized(() => reader.list(() => reader.string())),
    };
  }
  if (reader.take("RENAME")) {
    reader.expect("TO");
    return { action: "rename", to: parseObjectName(reader) };
  }
  throw mismatched(reader, "ADD", "DROP", "REPLACE", "CHANGE", "SET", "UNSET", "RENAME", "PARTITION");
}

const mismatched = (reader: TokenReader, ...expected: readonly string[]): SqlFault =>
  new SqlFault(
    "SYNTAX_ERROR",
    `mismatched input '${reader.token.text}'. Expecting: ${expected.map((word) => `'${word}'`).join(", ")}`,
    reader.at,
  );

function partitionChange(reader: TokenReader, partition: PartitionSpec): AlterTable {
  if (reader.take("SET")) {
    reader.expect("LOCATION");
    return { action: "set-location", location: reader.string(), partition };
  }
  for (const [word, action] of [
    ["ADD", "add-columns"],
    ["REPLACE", "replace-columns"],
  ] as const) {
    if (!reader.take(word)) continue;
    reader.expect("COLUMNS");
    return { action, columns: columnList(reader), partition };
  }
  if (!reader.take("RENAME")) throw mismatched(reader, "SET", "ADD", "REPLACE", "RENAME");
  reader.expect("TO", "PARTITION");
  return { action: "rename-partition", from: partition, to: partitionSpec(reader) };
}

function addPartitions(reader: TokenReader): AlterTable {
  const ifNotExists = reader.take("IF", "NOT", "EXISTS");
  const partitions: PartitionSpec[] = [];
  do {
    reader.expect("PARTITION");
    const { values } = partitionSpec(reader);
    partitions.push({ values, location: reader.take("LOCATION") ? reader.string() : undefined });
  } while (reader.is("PARTITION"));
  return { action: "add-partitions", ifNotExists, partitions };
}

function dropPartitions(reader: TokenReader): AlterTable {
  const ifExists = reader.take("IF", "EXISTS");
  const partitions = reader.list(() => {
    reader.expect("PARTITION");
    return partitionSpec(reader);
  });
  reader.take("PURGE");
  return { action: "drop-partitions", ifExists, partitions };
}

/** CHANGE [COLUMN] old new type [COMMENT 'text'] [FIRST | AFTER other]. */
function changeColumn(reader: TokenReader): AlterTable {
  reader.take("COLUMN");
  const column = anyName(reader);
  const to = hiveColumn(reader);
  const position = reader.take("FIRST") ? "first" : reader.take("AFTER") ? { after: anyName(reader) } : undefined;
  return { action: "change-column", column, to, position };
}
