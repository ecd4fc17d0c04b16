import { readParameter } from "./open-reader.ts";
import { parseStatement } from "./parse-statement.ts";
import { type CompiledQuery, emptyScope, type Session, type Translation } from "./scope.ts";
import { SqlFault } from "./sql-fault.ts";
import { typeText } from "./sql-type.ts";
import type { WithQuery } from "./statement.ts";
import { translateExpression } from "./translate-expression.ts";
import { translateQuery } from "./translate-query.ts";

/** A query as DuckDB runs it. Its columns are called c0, c1 ... there; `columns` has the names that a client sees. */
export interface TranslatedQuery {
  readonly sql: string;
  /** One that no word names has the name `_col` and its place. */
  readonly columns: readonly { readonly name: string; readonly type: string; readonly isNamed?: boolean }[];
}

const deepestView = 100;

/** Translates for a session: names that it makes are fresh in the whole statement. */
export function createTranslation(session: Session): Translation {
  let count = 0;
  const parameters = (session.parameters ?? []).map(readParameter);
  const translationFor = (current: Session, depth: number): Translation => {
    const translation: Translation = {
      session: current,
      fresh: (prefix) => `${prefix}${++count}`,
      expression(node, scope) {
        if (node.kind !== "parameter") return translateExpression(node, scope, translation);
        const value = parameters[node.index];
        if (value === undefined)
          throw new SqlFault(
            "INVALID_PARAMETER_USAGE",
            `Incorrect number of parameters: expected ${node.index + 1} but found ${parameters.length}`,
            node.at,
          );
        return translateExpression(value, emptyScope, translation);
      },
      query: (node, scope) => translateQuery(node, scope, translation),
      view(view, table): CompiledQuery {
        if (depth >= deepestView)
          throw new SqlFault(
            "NOT_SUPPORTED",
            `View '${table.name}' is recursive, or stands on more than ${deepestView} views`,
            table.at,
          );
        const inner = parseStatement(view.view);
        if (inner.kind !== "query") throw new SqlFault("NOT_SUPPORTED", `View '${table.name}' is no query`, table.at);
        const names = { catalog: view.catalog ?? current.catalog, database: view.database ?? current.database };
        return translationFor({ ...current, ...names }, depth + 1).query(inner.query, undefined);
      },
    };
    return translation;
  };
  return translationFor(session, 0);
}

/** Translates a query, or the query that a statement writes from, from Trino's dialect into DuckDB's. */
export function translate(statement: Pick<WithQuery, "query">, session: Session): TranslatedQuery {
  const { sql, columns } = createTranslation(session).query(statement.query, undefined);
  return {
    sql,
    columns: columns.map(({ name, type }, index) => ({
      ...{ name: name ?? `_col${index}`, type: typeText(type) },
      ...(name === undefined && { isNamed: false }),
    })),
  };
}
