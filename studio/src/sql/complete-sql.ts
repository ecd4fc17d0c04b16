import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { quoted } from "../catalog/sql-address.ts";
import { allDatabases, allTables, readColumns } from "./catalog-source.ts";
import { functions } from "./functions.gen.ts";
import { statementAt, tablesIn } from "./statements.ts";
import { keywords } from "./trino-dialect.ts";

const words: readonly Completion[] = [
  ...functions.map((name) => ({ label: name, type: "function", apply: `${name}(` })),
  ...keywords.map((word) => ({ label: word.toUpperCase(), type: "keyword" })),
];

const named = (names: readonly string[], type: string, detail: string, boost: number): Completion[] =>
  names.map((label) => ({ label, type, detail, boost, apply: quoted(label) }));

/** What is not there has nothing to offer, and a statement may name it before it is made. */
const orNone = <T>(read: Promise<T[]>): Promise<T[]> => read.catch(() => []);

async function columns(database: string, table: string): Promise<Completion[]> {
  const found = await orNone(readColumns(database, table));
  return found.map(({ name, type }) => ({
    label: name,
    type: "property",
    detail: type,
    info: `of ${table}`,
    boost: 3,
    apply: quoted(name),
  }));
}

/** Completes from the catalog: columns of the tables that the statement names, tables, databases, functions, keywords. */
export const completeSql =
  (database: () => string | undefined) =>
  async (context: CompletionContext): Promise<CompletionResult | null> => {
    const word = context.matchBefore(/[\w$]*$/)!;
    const before = context.state.sliceDoc(Math.max(0, word.from - 200), word.from);
    const owner = /(?:"([^"]*)"|([A-Za-z_][\w$]*))\.$/.exec(before);
    if (!context.explicit && word.from === word.to && !owner) return null;
    // A number, or a name that is given here.
    if (/^\d/.test(word.text) || (!context.explicit && /\bas\s+$/i.test(before))) return null;
    const { text = "" } = statementAt(context.state.doc.toString(), context.pos) ?? {};
    const tables = tablesIn(text);
    const current = database();
    const places = (all: typeof tables) =>
      all.flatMap(({ table, database: own = current }) => (own === undefined ? [] : [{ table, own }]));
    const result = (options: readonly Completion[]) => ({ from: word.from, options, validFor: /^[\w$]*$/ });
    if (owner) {
      const name = (owner[1] ?? owner[2]!).toLowerCase();
      const meant = tables.filter(({ table, alias }) => alias === name || table === name);
      if (meant.length > 0)
        return result((await Promise.all(places(meant).map(({ own, table }) => columns(own, table)))).flat());
      return result(named(await orNone(allTables(name)), "class", name, 2));
    }
    const [ofTables, inDatabase, databases] = await Promise.all([
      Promise.all(places(tables).map(({ own, table }) => columns(own, table))),
      current === undefined ? [] : orNone(allTables(current)),
      orNone(allDatabases()),
    ]);
    const seen = new Map([...ofTables.flat()].map((one) => [one.label, one]));
    return result([
      ...seen.values(),
      ...named(inDatabase, "class", current ?? "", 2),
      ...named(databases, "namespace", "database", 1),
      ...words,
    ]);
  };
