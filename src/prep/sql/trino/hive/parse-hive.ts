import { parseObjectName } from "../parse-write.ts";
import type { Statement } from "../statement.ts";
import type { TokenReader } from "../token-reader.ts";
import { parseAlterTable } from "./parse-alter-table.ts";
import { partitionSpec, properties } from "./parse-clauses.ts";
import { parseCreateTable } from "./parse-create-table.ts";
import { parseShow } from "./parse-show.ts";

/** Statements of Hive's grammar: what Athena has for databases, tables and partitions. */
export function parseHive(reader: TokenReader): Statement {
  if (reader.take("CREATE")) return create(reader);
  if (reader.take("DROP")) return drop(reader);
  if (reader.take("ALTER")) return alter(reader);
  if (reader.take("SHOW")) return parseShow(reader);
  if (reader.take("MSCK")) {
    reader.expect("REPAIR", "TABLE");
    return { kind: "msck-repair", table: parseObjectName(reader) };
  }
  if (!reader.take("DESC")) reader.expect("DESCRIBE");
  return describe(reader);
}

const isDatabase = (reader: TokenReader): boolean => reader.take("DATABASE") || reader.take("SCHEMA");

function create(reader: TokenReader): Statement {
  if (!isDatabase(reader)) return parseCreateTable(reader);
  const ifNotExists = reader.take("IF", "NOT", "EXISTS");
  const name = reader.identifier();
  const comment = reader.take("COMMENT") ? reader.string() : undefined;
  const location = reader.take("LOCATION") ? reader.string() : undefined;
  return {
    kind: "create-database",
    name,
    ifNotExists,
    comment,
    location,
    properties: reader.take("WITH", "DBPROPERTIES") ? properties(reader) : {},
  };
}

function drop(reader: TokenReader): Statement {
  if (isDatabase(reader)) {
    const ifExists = reader.take("IF", "EXISTS");
    const name = reader.identifier();
    const cascade = reader.take("CASCADE");
    if (!cascade) reader.take("RESTRICT");
    return { kind: "drop-database", name, ifExists, cascade };
  }
  const isView = reader.take("VIEW");
  if (!isView) reader.expect("TABLE");
  const ifExists = reader.take("IF", "EXISTS");
  const name = parseObjectName(reader);
  if (isView) return { kind: "drop-view", view: name, ifExists };
  reader.take("PURGE");
  return { kind: "drop-table", table: name, ifExists };
}

function alter(reader: TokenReader): Statement {
  if (!isDatabase(reader)) return parseAlterTable(reader);
  const name = reader.identifier();
  reader.expect("SET", "DBPROPERTIES");
  return { kind: "alter-database-properties", name, properties: properties(reader) };
}

function describe(reader: TokenReader): Statement {
  reader.take("VIEW");
  const mode = reader.take("EXTENDED") ? "extended" : reader.take("FORMATTED") ? "formatted" : undefined;
  const table = parseObjectName(reader);
  const partition = reader.take("PARTITION") ? partitionSpec(reader) : undefined;
  const column = reader.isIdentifier() ? reader.identifier() : undefined;
  return { kind: "describe", table, mode, partition, column };
}
