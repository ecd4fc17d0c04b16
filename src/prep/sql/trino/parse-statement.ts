import { parseHive } from "./hive/parse-hive.ts";
import { openReader } from "./open-reader.ts";
import { parseWrite } from "./parse-write.ts";
import { SqlFault } from "./sql-fault.ts";
import { type ExplainFormat, type ExplainType, explainFormats, explainTypes, type Statement } from "./statement.ts";
import type { TokenReader } from "./token-reader.ts";

/** Words of Trino's grammar that a statement begins with; every other is Hive's. */
const trinoWords = [
  "SELECT",
  "WITH",
  "VALUES",
  "TABLE",
  "EXPLAIN",
  "PREPARE",
  "EXECUTE",
  "DEALLOCATE",
  "INSERT",
  "UNLOAD",
  "DELETE",
  "UPDATE",
  "MERGE",
  "OPTIMIZE",
  "VACUUM",
];
const hiveWords = ["CREATE", "DROP", "ALTER", "MSCK", "SHOW", "DESCRIBE", "DESC"];
const leading = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/;
const createAs =
  /^CREATE\s+(?:TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:"[^"]*"|`[^`]*`|[\w.$-])+\s+(?:WITH\s*\(|AS\b)|(?:OR\s+REPLACE\s+)?VIEW\b)/i;

/** Views are Trino's, whose names may stand in double quotes, also where the rest of the statement is in Hive's words. */
const ofView = /^(?:DROP|SHOW\s+CREATE)\s+VIEW\b/i;

/** Reads a statement in Athena's dialect: Trino's for queries and what writes rows, Hive's for databases and tables. */
export function parseStatement(text: string): Statement {
  const begin = text.slice(leading.exec(text)![0].length);
  const word = /^\w+/.exec(begin)?.[0].toUpperCase() ?? "";
  if (hiveWords.includes(word) && !createAs.test(begin))
    return ended(openReader(text, ofView.test(begin) ? "trino" : "hive"), parseHive);
  return ended(openReader(text), trinoStatement);
}

function ended(reader: TokenReader, parse: (reader: TokenReader) => Statement): Statement {
  const statement = parse(reader);
  reader.take(";");
  if (reader.token.kind !== "end") throw reader.fault(["<EOF>"]);
  return statement;
}

function trinoStatement(reader: TokenReader): Statement {
  if (reader.is("EXPLAIN")) return explain(reader);
  if (reader.take("PREPARE")) {
    const name = reader.identifier();
    reader.expect("FROM");
    const { start } = reader.token;
    const { at } = reader;
    const statement = reader.deeper(() => trinoStatement(reader));
    if (["prepare", "execute", "deallocate"].includes(statement.kind))
      throw new SqlFault("NOT_SUPPORTED", `Invalid statement type for prepared statement: ${statement.kind}`, at);
    return { kind: "prepare", name, text: reader.text.slice(start, reader.end), statement };
  }
  if (reader.take("EXECUTE")) return execute(reader);
  if (reader.take("DEALLOCATE", "PREPARE")) return { kind: "deallocate", name: reader.identifier() };
  const written = parseWrite(reader);
  if (written !== undefined) return written;
  if (reader.is("(") || trinoWords.includes(reader.token.key)) return { kind: "query", query: reader.query() };
  if (
    [
      "GRANT",
      "REVOKE",
      "CALL",
      "SET",
      "RESET",
      "USE",
      "ANALYZE",
      "TRUNCATE",
      "COMMENT",
      "START",
      "COMMIT",
      "ROLLBACK",
      "REFRESH",
      "LOAD",
      "IMPORT",
      "EXPORT",
      "LOCK",
      "UNLOCK",
    ].includes(reader.token.key)
  )
    throw new SqlFault("NOT_SUPPORTED", `Queries of this type are not supported: ${reader.token.key}`, reader.at);
  throw reader.fault([...trinoWords, ...hiveWords].map((word) => `'${word}'`));
}

function execute(reader: TokenReader): Statement {
  const name = reader.identifier();
  if (!reader.take("USING")) return { kind: "execute", name, arguments: [] };
  const given = reader.list(() => {
    const { start } = reader.token;
    reader.expression();
    return reader.text.slice(start, reader.end);
  });
  return { kind: "execute", name, arguments: given };
}

/** EXPLAIN ANALYZE, EXPLAIN (TYPE LOGICAL, FORMAT JSON). What is explained may be of either grammar. */
function explain(reader: TokenReader): Statement {
  reader.expect("EXPLAIN");
  const analyze = reader.take("ANALYZE");
  if (analyze && reader.is("VERBOSE"))
    throw new SqlFault("NOT_SUPPORTED", "EXPLAIN ANALYZE VERBOSE is not supported", reader.at);
  const options: { type?: ExplainType; format?: ExplainFormat } = {};
  if (reader.is("(") && ["TYPE", "FORMAT"].includes(reader.ahead(1).key))
    reader.parenthesized(() =>
      reader.list(() => {
        if (!analyze && reader.take("TYPE")) options.type = oneOf(reader, explainTypes);
        else {
          reader.expect("FORMAT");
          options.format = oneOf(reader, analyze ? (["text", "json"] as const) : explainFormats);
        }
      }),
    );
  return { kind: "explain", analyze, options, statement: reader.deeper(() => trinoStatement(reader)) };
}

function oneOf<Word extends string>(reader: TokenReader, words: readonly Word[]): Word {
  const found = words.find((word) => reader.is(word.toUpperCase()));
  if (found === undefined) throw reader.fault(words.map((word) => `'${word.toUpperCase()}'`));
  reader.next();
  return found;
}
