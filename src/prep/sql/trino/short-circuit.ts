/**
 * Whether a condition may end its query with an error, so that it may not be looked at where Trino does not. A subquery is no part of
 * the condition: it is joined to the rows.
 */
export const mayRaise = (sql: string): boolean => /!trino|\b(?:own|trino)_/.test(sql) && !/\bSELECT\b/.test(sql);

/** Whether a text names nothing: neither a column nor a variable. */
const isConstant = (sql: string): boolean => {
  const words = sql.replaceAll(/'(?:[^']|'')*'/g, "");
  return !/"|\b(?!true\b|false\b)[a-z_]\w*\b(?!\()|\brandom\(/.test(words);
};

/**
 * Holds an error of constants back until a row asks for the value: DuckDB works out the condition of a CASE before there is a row,
 * where it is constant. A lambda it leaves as it is.
 */
export const heldBack = (sql: string): string =>
  mayRaise(sql) && isConstant(sql) ? `list_transform([true], lambda held: ${sql})[1]` : sql;

/** As `heldBack`, of a condition that is constant as a whole: DuckDB works it out before there is a row, unless it hangs on chance. */
export const heldCondition = (sql: string): string =>
  sql.includes("lambda held:") && isConstant(sql.replaceAll("lambda held:", ""))
    ? sql.replaceAll("list_transform([true], lambda held:", "list_transform([random() >= 0], lambda held:")
    : sql;

/**
 * Joins conditions by AND or OR. Trino looks at one only where those before it leave the answer open; DuckDB looks at all, in an order
 * of its own. Those before the first that may raise an error stay terms by themselves, by which rows are found.
 */
export function shortCircuit(given: readonly string[], operator: "AND" | "OR"): string {
  const terms = given.map(heldCondition);
  const first = terms.findIndex(mayRaise);
  if (first === -1 || terms.length === 1) return `(${terms.join(` ${operator} `)})`;
  const [safe, rest] = [terms.slice(0, first), terms.slice(first)];
  const last = rest.reduceRight((later, term) => guarded(term, later, operator));
  if (safe.length === 0) return last;
  return `(${[...safe, chosen(`(${safe.join(` ${operator} `)})`, last, operator)].join(` ${operator} `)})`;
}

const guarded = (term: string, later: string, operator: "AND" | "OR"): string =>
  chosen(term, `(${term} ${operator} ${later})`, operator);

/** `then` where the condition does not decide alone. */
const chosen = (condition: string, then: string, operator: "AND" | "OR"): string =>
  operator === "AND"
    ? `CASE WHEN NOT ${condition} THEN false ELSE ${then} END`
    : `CASE WHEN ${condition} THEN true ELSE ${then} END`;
