import { parseObjectName } from "../parse-write.ts";
import type { ObjectName, Statement } from "../statement.ts";
import type { TokenReader } from "../token-reader.ts";
import { anyName } from "./parse-clauses.ts";

export function parseShow(reader: TokenReader): Statement {
  if (reader.take("DATABASES") || reader.take("SCHEMAS")) return { kind: "show-databases", like: like(reader) };
  if (reader.take("TABLES")) return { kind: "show-tables", database: within(reader), like: like(reader) };
  if (reader.take("VIEWS")) return { kind: "show-views", database: within(reader), like: like(reader) };
  if (reader.take("COLUMNS")) return { kind: "show-columns", table: columnsOf(reader) };
  if (reader.take("PARTITIONS")) return { kind: "show-partitions", table: parseObjectName(reader) };
  if (reader.take("CREATE", "TABLE")) return { kind: "show-create-table", table: parseObjectName(reader) };
  if (reader.take("CREATE", "VIEW")) return { kind: "show-create-view", table: parseObjectName(reader) };
  if (!reader.take("TBLPROPERTIES"))
    throw reader.fault(
      ["DATABASES", "TABLES", "VIEWS", "COLUMNS", "PARTITIONS", "CREATE TABLE", "CREATE VIEW", "TBLPROPERTIES"].map(
        (words) => `'${words}'`,
      ),
    );
  const table = parseObjectName(reader);
  return {
    kind: "show-tblproperties",
    table,
    property: reader.is("(") ? reader.parenthesized(() => reader.string()) : undefined,
  };
}

const isIn = (reader: TokenReader): boolean => reader.take("IN") || reader.take("FROM");

const within = (reader: TokenReader): string | undefined => (isIn(reader) ? anyName(reader) : undefined);

/** A pattern of Hive, with or without LIKE before it. */
function like(reader: TokenReader): string | undefined {
  if (reader.take("LIKE")) return reader.string();
  return reader.token.kind === "string" ? reader.string() : undefined;
}

/** SHOW COLUMNS IN table IN database. */
function columnsOf(reader: TokenReader): ObjectName {
  if (!isIn(reader)) throw reader.fault(["'IN'", "'FROM'"]);
  const table = parseObjectName(reader);
  const database = within(reader);
  return database === undefined ? table : { ...table, database };
}
