import type { Statement } from "better-sqlite3";
import type { Database } from "../database.ts";
import { readPageToken, type Sort } from "./page-token.ts";
import type { ResourceQuery } from "./port.ts";

/** Statements kept: a list has 4 sorts, 2 directions and any of 10 conditions, of which few are ever used. */
const mostStatements = 200;

/**
 * Finds the rows of a page. Every sort falls back on the id, so its order is total, and the next page begins behind the
 * last document itself (not behind a count): documents made or deleted meanwhile neither repeat nor hide one.
 */
export function createSqliteListing(database: Database) {
  const statements = new Map<string, Statement<unknown[], number>>();

  return (kind: string, query: ResourceQuery, sort: Sort): number[] => {
    const conditions = ["kind = ?"];
    const values: (string | number)[] = [kind];
    const require = (condition: string, ...given: (string | number | undefined)[]) => {
      if (given.includes(undefined)) return;
      conditions.push(condition);
      values.push(...(given as (string | number)[]));
    };
    require("account = ?", query.account);
    require("region = ?", query.region);
    require("parent = ? and parent <> ''", query.parent);
    require("status = ?", query.status);
    require("instr(lower(name), lower(?)) > 0", query.nameContains);
    require("created > ?", query.created?.after);
    require("created < ?", query.created?.before);
    require("modified > ?", query.modified?.after);
    require("modified < ?", query.modified?.before);
    if (query.after !== undefined) {
      const { value, id } = readPageToken(query.after, sort);
      require(`(${sort.by}, id) ${sort.descending ? "<" : ">"} (?, ?)`, value, id);
    }
    const direction = sort.descending ? "desc" : "asc";
    return statement(
      `select row from resource where ${conditions.join(" and ")}
       order by ${sort.by} ${direction}, id ${direction} limit ?`,
    ).all(...values, query.limit + 1);
  };

  function statement(text: string): Statement<unknown[], number> {
    let prepared = statements.get(text);
    if (!prepared) {
      if (statements.size === mostStatements) statements.clear();
      prepared = database.prepare<unknown[], number>(text).pluck();
      statements.set(text, prepared);
    }
    return prepared;
  }
}
