import type { Random } from "../../../src/base/random.ts";
import { aggregates, frames, windows } from "./productions/groups.ts";
import { type Kind, kindOf, literals } from "./productions/kinds.ts";
import { productions } from "./productions/productions.ts";
import { columns } from "./tables.ts";

const comparisons = ["=", "<>", "<", "<=", ">", ">="];
/** Kinds that become one type where they meet. */
const families: readonly (readonly Kind[])[] = [
  ["integer", "bigint", "double", "decimal", "wide"],
  ["date", "timestamp", "zoned"],
];
const kinds = Object.keys(literals) as Kind[];

/** Makes a query over the tables t1 and t2. The same numbers make the same query. */
export function generateQuery(random: Random): string {
  const pick = <Item>(items: readonly Item[]): Item => items[random.below(items.length)]!;
  const filled = (template: string, depth: number): string =>
    template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      name === "compare" ? pick(comparisons) : expression(name as Kind, depth),
    );
  const expression = (kind: Kind, depth: number): string => {
    const own = columns.filter((column) => kindOf[column.type] === kind && column.name !== "g");
    if (depth <= 0 || random.below(4) === 0)
      return own.length > 0 && random.below(4) > 0 ? pick(own).name : pick(literals[kind]);
    return filled(pick(productions[kind]), depth - 1);
  };
  const any = (depth: number) => expression(pick(kinds), depth);
  const where = () => (random.below(2) === 0 ? "" : ` WHERE ${expression("boolean", 2)}`);
  const several = (least: number, read: () => string) =>
    Array.from({ length: least + random.below(3) }, read).join(", ");
  const shapes: readonly (() => string)[] = [
    () => `SELECT id, ${several(1, () => any(2))} FROM t1${where()} ORDER BY id`,
    () => `SELECT id, ${several(1, () => any(3))} FROM t1${where()} ORDER BY id`,
    () => `SELECT g, ${several(1, () => filled(pick(aggregates), 1))} FROM t1${where()} GROUP BY g ORDER BY g`,
    () => `SELECT ${several(1, () => filled(pick(aggregates), 1))} FROM t1${where()}`,
    () =>
      `SELECT ${any(1)} AS k, count(*) AS n FROM t1 GROUP BY 1${random.below(2) === 0 ? " HAVING count(*) > 1" : ""}`,
    () =>
      `SELECT id, ${several(1, () => `${filled(pick(windows), 1)} OVER (PARTITION BY g ORDER BY id${random.below(2) === 0 ? " DESC" : ""})`)} FROM t1 ORDER BY id`,
    () =>
      `SELECT id, ${pick(["sum(i)", "count(v)", "max(n)", "min(dt)", "array_agg(id)"])} OVER (ORDER BY id${pick(frames)}) FROM t1 ORDER BY id`,
    () =>
      `SELECT x.id, y.id, x.v, y.n FROM t1 x ${pick(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"])} t2 y ON x.${pick(["i", "v", "dt", "m", "t"])} = y.${pick(["i", "v", "dt", "m", "t"])} WHERE true`,
    () =>
      `SELECT id, ${pick(["count(*)", "sum(i)", "max(n)"])} OVER (ORDER BY ${pick(["i", "n", "t", "m"])}${pick(["", " DESC"])} RANGE BETWEEN ${pick(["1", "20", "CURRENT ROW", "UNBOUNDED"]).replace(/^(\d+|UNBOUNDED)$/, "$1 PRECEDING")} AND 5 FOLLOWING) FROM t1 ORDER BY id`,
    () =>
      `SELECT id, count(*) OVER (ORDER BY ${pick(["dt", "ts"])} RANGE BETWEEN INTERVAL '${1 + random.below(400)}' ${pick(["DAY", "HOUR", "MONTH"])} PRECEDING AND CURRENT ROW) FROM t1 ORDER BY id`,
    () =>
      `SELECT g, count(*) AS n FROM t1${where()} GROUP BY g ORDER BY ${pick(["n DESC", "n", "g"])} FETCH FIRST ${1 + random.below(3)} ROWS WITH TIES`,
    () =>
      `WITH RECURSIVE r (id, n, depth) AS (SELECT id, ${pick(["i", "b", "g"])}, 0 FROM t2 WHERE id < 6 UNION${pick([" ALL", ""])} SELECT t2.id, r.n, depth + 1 FROM r JOIN t2 ON t2.id = r.id + ${1 + random.below(4)} WHERE depth < ${random.below(6)}) SELECT * FROM r`,
    () => `SELECT id, e FROM t1 CROSS JOIN UNNEST(${expression(pick(["ints", "texts"]), 1)}) AS n(e)`,
    () =>
      `SELECT id, e, o FROM t1 CROSS JOIN UNNEST(${expression(pick(["ints", "texts"]), 1)}) WITH ORDINALITY AS n(e, o)`,
    () => `SELECT id, k, x FROM t1 CROSS JOIN UNNEST(${expression("map", 1)}) AS n(k, x)`,
    () => `SELECT id, p, q FROM t1 CROSS JOIN UNNEST(${expression("ints", 1)}, ${expression("texts", 1)}) AS n(p, q)`,
    () => `SELECT id, p, q FROM t1 LEFT JOIN UNNEST(${expression("rows", 1)}) AS n(p, q) ON true`,
    () =>
      `SELECT p, count(q) FROM (SELECT ${any(1)} AS p, ${any(2)} AS q, ${any(0)} AS o FROM t1${where()}) GROUP BY p`,
    // An error that the rows do not need is not always met, so those by zero stand where every row is.
    () =>
      `SELECT id, ${pick(["TRY", ""])}(${expression("integer", 1)} ${pick(["/", "%"])} ${expression(pick(["integer", "decimal", "wide"]), 1)}) FROM t1 ORDER BY id`,
    () => `SELECT id, ${any(3)}, ${any(3)} FROM t2${where()} ORDER BY id`,
    () => {
      const family = pick(families);
      return `SELECT ${expression(pick(family), 1)} FROM t1 UNION ALL SELECT ${expression(pick(family), 1)} FROM t2`;
    },
    () => {
      const family = pick(families);
      return `SELECT id, coalesce(${expression(pick(family), 1)}, ${expression(pick(family), 1)}), ${expression(pick(family), 1)} ${pick(comparisons)} ${expression(pick(family), 1)} FROM t1 ORDER BY id`;
    },
    () =>
      `SELECT g, ${filled(pick(aggregates), 1)} FROM t1 GROUP BY g HAVING ${pick(["count(*) > 5", "max(i) > 100", "sum(n) IS NOT NULL", "bool_or(f)"])} ORDER BY g`,
    () =>
      `SELECT id, ${expression("integer", 1)} FROM t1 WHERE ${expression("integer", 1)} ${pick(comparisons)} ${pick(["ALL", "ANY"])} (SELECT i FROM t2 WHERE id < 6) ORDER BY id`,
    () => `SELECT DISTINCT ${several(1, () => pick(["g", "f", "v", "i", "dt", "m", "d"]))} FROM t1${where()}`,
    () =>
      `SELECT ${pick(["i", "v", "m", "dt"])} FROM t1 ${pick(["UNION", "UNION ALL", "INTERSECT", "EXCEPT"])} SELECT ${pick(["i", "v", "m", "dt"])} FROM t2`,
    () =>
      `SELECT id FROM t1 WHERE ${pick(["i", "v", "m"])} ${pick(["IN", "NOT IN"])} (SELECT ${pick(["i", "v", "m"])} FROM t2 WHERE id < 8) ORDER BY id`,
    () =>
      `SELECT id, (SELECT ${pick(["max(i)", "count(*)", "sum(n)", "min(v)"])} FROM t2 WHERE t2.${pick(["g", "i"])} = t1.${pick(["g", "i"])}) FROM t1 ORDER BY id`,
    () =>
      `SELECT id FROM t1 WHERE ${pick(["EXISTS", "NOT EXISTS"])} (SELECT 1 FROM t2 WHERE t2.i = t1.i AND t2.${pick(["f", "i = 1", "v > 'a'"])}) ORDER BY id`,
    () =>
      `SELECT g, f, ${filled(pick(aggregates.slice(0, 12)), 0)}, grouping(g, f) FROM t1 GROUP BY ${pick(["ROLLUP(g, f)", "CUBE(g, f)", "GROUPING SETS ((g), (f), ())"])}`,
    () =>
      `WITH q AS (SELECT g, sum(i) FILTER (WHERE i < 1000) AS total, count(*) AS n FROM t1 GROUP BY g) SELECT t2.id, q.total, q.n FROM t2 LEFT JOIN q ON q.g = t2.g ORDER BY t2.id`,
    () =>
      `SELECT id, ${any(0)} FROM t1 ORDER BY ${expression(pick(["varchar", "date", "boolean"]), 1)}${pick(["", " DESC", " NULLS FIRST", " DESC NULLS LAST"])}, id LIMIT ${1 + random.below(9)}`,
  ];
  return pick(shapes)();
}
