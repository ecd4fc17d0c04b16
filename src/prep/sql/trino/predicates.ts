import { parseStatement } from "./parse-statement.ts";
import { conjunctsOf, type NamedPredicate, type Predicate, readPredicate, refusesNull } from "./predicate.ts";
import type { Session } from "./scope.ts";
import { outputsOf, usingNames } from "./select-outputs.ts";
import type { Statement } from "./statement.ts";
import type { Query, QueryBody, Relation, Select, TableReference } from "./syntax.ts";
import { tableKey } from "./table-key.ts";

/** A test of what a relation brings. Above an outer join its side may be null where it has no row. */
interface Above {
  readonly predicate: NamedPredicate;
  readonly nullable: boolean;
}

/** The queries of WITH by their names; undefined for a recursive one, which was looked at where it stands. */
type Named = ReadonlyMap<string, { readonly query: Query; readonly named: Named } | undefined>;

interface Place {
  readonly named: Named;
  readonly session: Session;
}

const mostVisits = 5_000;

class TooMany extends Error {}

/**
 * What a statement asks of the rows of each table that it reads, by `tableKey`. Rows of which that does not hold can be
 * left out: the statement's answer stays the same. A table that is not in the answer is needed as a whole.
 */
export function predicatesOf(statement: Statement, session: Session): ReadonlyMap<string, Predicate> {
  const found = new Map<string, (Predicate | undefined)[]>();
  let visits = 0;

  const visited = () => {
    if (++visits > mostVisits) throw new TooMany();
  };

  function visitQuery(query: Query, place: Place, above: readonly Predicate[]): void {
    visited();
    const named = new Map(place.named);
    const inner = { ...place, named };
    for (const item of query.with) {
      if (query.recursive) {
        named.set(item.name, undefined);
        visitQuery(item.query, { ...place, named: new Map(named) }, []);
      } else named.set(item.name, { query: item.query, named: new Map(named) });
    }
    const isWhole = query.limit === undefined && query.offset === undefined;
    visitBody(query.body, inner, isWhole ? above : []);
    visitExpressions(query.orderBy, inner);
  }

  function visitBody(body: QueryBody, place: Place, above: readonly Predicate[]): void {
    visited();
    switch (body.kind) {
      case "select":
        visitSelect(body, place, above);
        break;
      case "nested":
        visitQuery(body.query, place, above);
        break;
      case "table-rows":
        visitTable(body.table, place, (columns) => above.flatMap((one) => resolved(one, columns) ?? []));
        break;
      case "values":
        visitExpressions(body.rows, place);
        break;
      case "set":
        for (const term of body.terms) visitBody(term, place, []);
    }
  }

  function visitSelect(select: Select, place: Place, above: readonly Predicate[]): void {
    const output = outputsOf(select);
    const passed = above.flatMap((predicate) => resolved(predicate, output) ?? []);
    const own = conjunctsOf(select.where).flatMap((node) => readPredicate(node, session) ?? []);
    const all = [...passed, ...own].map((predicate) => ({ predicate, nullable: false }));
    if (select.from !== undefined) visitRelation(select.from, place, all, usingNames(select.from));
    const { from: _, ...expressions } = select;
    visitExpressions(expressions, place);
  }

  function visitRelation(node: Relation, place: Place, above: readonly Above[], using: ReadonlySet<string>): void {
    visited();
    switch (node.kind) {
      case "table":
      case "subquery":
        visitNamed(node, undefined, place, above, using);
        break;
      case "alias":
        if (node.relation.kind === "table" || node.relation.kind === "subquery")
          visitNamed(node.relation, node, place, above, using);
        else visitRelation(node.relation, place, [], using);
        break;
      case "sample":
        visitRelation(node.relation, place, above, using);
        break;
      case "unnest":
        visitExpressions(node.values, place);
        break;
      case "join": {
        const on = conjunctsOf(node.on).flatMap((part) => {
          const predicate = readPredicate(part, session);
          return predicate === undefined ? [] : [{ predicate, nullable: false }];
        });
        const nullable = above.map(({ predicate }) => ({ predicate, nullable: true }));
        const isOuter = { left: ["RIGHT", "FULL"].includes(node.type), right: ["LEFT", "FULL"].includes(node.type) };
        visitRelation(node.left, place, [...(isOuter.left ? nullable : above), ...(isOuter.right ? [] : on)], using);
        visitRelation(node.right, place, [...(isOuter.right ? nullable : above), ...(isOuter.left ? [] : on)], using);
        visitExpressions(node.on, place);
      }
    }
  }

  /** A table or a query with the name by which its columns are called. */
  function visitNamed(
    node: Extract<Relation, { kind: "table" | "subquery" }>,
    alias: Extract<Relation, { kind: "alias" }> | undefined,
    place: Place,
    above: readonly Above[],
    using: ReadonlySet<string>,
  ): void {
    const table = node.kind === "table" ? node.table : undefined;
    const { catalog, database } = place.session;
    const qualifier =
      alias !== undefined
        ? [alias.alias]
        : table === undefined
          ? []
          : [table.name, table.database ?? database, table.catalog ?? catalog];
    const columnOf = (parts: readonly string[]): string | undefined => {
      const [name, ...names] = parts.toReversed();
      if (names.length === 0 && using.has(name!)) return undefined;
      return names.length <= qualifier.length && names.every((part, index) => part === qualifier[index])
        ? name
        : undefined;
    };
    const known = alias?.columns !== undefined ? [] : above;
    const passed = (columns: (name: string) => string | undefined) =>
      known.flatMap(({ nullable, predicate }) => {
        const own = resolved(predicate, (parts) => {
          const name = columnOf(parts);
          return name === undefined ? undefined : columns(name);
        });
        return own === undefined || (nullable && !refusesNull(own)) ? [] : [own];
      });
    if (node.kind === "table") visitTable(node.table, place, passed);
    else
      visitQuery(
        node.query,
        place,
        passed((name) => name),
      );
  }

  /** `passed` gives what is asked of the columns that it is told. */
  function visitTable(
    table: TableReference,
    place: Place,
    passed: (columns: (name: string) => string | undefined) => readonly Predicate[],
  ): void {
    const isPlain = table.database === undefined && table.catalog === undefined;
    if (isPlain && place.named.has(table.name)) {
      const item = place.named.get(table.name);
      if (item !== undefined)
        visitQuery(
          item.query,
          { ...place, named: item.named },
          passed((name) => name),
        );
      return;
    }
    const key = tableKey(table, place.session);
    const known = place.session.tables.get(key);
    if (known === undefined) return;
    if ("view" in known) {
      const inner = parseStatement(known.view);
      const names = {
        catalog: known.catalog ?? place.session.catalog,
        database: known.database ?? place.session.database,
      };
      if (inner.kind === "query")
        visitQuery(
          inner.query,
          { named: new Map(), session: { ...place.session, ...names } },
          passed((name) => name),
        );
      return;
    }
    const columns = new Set(known.columns.map(({ name }) => name.toLowerCase()));
    const all = passed((name) => (columns.has(name) ? name : undefined));
    found.set(key, [...(found.get(key) ?? []), all.length === 0 ? undefined : together("all", all)]);
  }

  /** The queries within expressions. */
  function visitExpressions(node: unknown, place: Place): void {
    if (Array.isArray(node)) for (const part of node) visitExpressions(part, place);
    else if (typeof node !== "object" || node === null) return;
    else if ("with" in node && "body" in node) visitQuery(node as Query, place, []);
    else for (const part of Object.values(node)) visitExpressions(part, place);
  }

  function visitStatement(node: Statement): void {
    const place: Place = { named: new Map(), session };
    if ("query" in node) visitQuery(node.query, place, []);
    if (node.kind === "explain") visitStatement(node.statement);
    if (node.kind !== "delete" && node.kind !== "update" && node.kind !== "merge") return;
    const table: Relation = { kind: "table", table: node.table, at: node.table.at };
    const alias = node.kind === "merge" ? node.alias : undefined;
    const target: Relation = alias === undefined ? table : { kind: "alias", relation: table, alias, at: table.at };
    const condition = conjunctsOf(node.kind === "merge" ? node.on : node.where);
    const all = condition.flatMap((part) => {
      const predicate = readPredicate(part, session);
      return predicate === undefined ? [] : [{ predicate, nullable: false }];
    });
    visitRelation(target, place, all, new Set());
    if (node.kind === "merge") visitRelation(node.source, place, [], new Set());
    const { table: _, ...rest } = node;
    visitExpressions("source" in rest ? { ...rest, source: undefined } : rest, place);
  }

  try {
    visitStatement(statement);
  } catch (error) {
    if (error instanceof TooMany) return new Map();
    throw error;
  }
  const answer = new Map<string, Predicate>();
  for (const [key, parts] of found)
    if (!parts.includes(undefined)) answer.set(key, together("any", parts as Predicate[]));
  return answer;
}

function together(how: "all" | "any", parts: readonly Predicate[]): Predicate {
  if (parts.length === 1) return parts[0]!;
  return how === "all" ? { all: parts } : { any: parts };
}

/** A predicate by other names; what has none drops out where that leaves no row out. */
function resolved<From>(predicate: Predicate<From>, column: (name: From) => string | undefined): Predicate | undefined;
function resolved<From, To>(
  predicate: Predicate<From>,
  column: (name: From) => To | undefined,
): Predicate<To> | undefined;
function resolved<From, To>(
  predicate: Predicate<From>,
  column: (name: From) => To | undefined,
): Predicate<To> | undefined {
  if ("all" in predicate) {
    const all = predicate.all.flatMap((part) => resolved<From, To>(part, column) ?? []);
    return all.length === 0 ? undefined : { all };
  }
  if ("any" in predicate) {
    const any = predicate.any.map((part) => resolved<From, To>(part, column));
    return any.includes(undefined) ? undefined : { any: any as Predicate<To>[] };
  }
  const name = column(predicate.column);
  return name === undefined ? undefined : { ...predicate, column: name };
}
