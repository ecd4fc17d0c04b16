import { DuckDBInstance } from "@duckdb/node-api";

/** Columns learned from quantiles differ where peers take the number beside; the others are equal to nine digits. */
const tolerance = 1e-4;

/**
 * Says how the rows of two outputs differ, matched by their ids; undefined when they do not.
 * @throws Error when an output cannot be read
 */
export async function differenceOf(kind: "csv" | "parquet", own: string, other: string): Promise<string | undefined> {
  const instance = await DuckDBInstance.create(":memory:", { memory_limit: "3GiB" });
  const connection = await instance.connect();
  try {
    const ask = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
    const read = (files: string) => (kind === "csv" ? `read_csv('${files}', header = true)` : `'${files}'`);
    await connection.run(`CREATE VIEW own AS FROM ${read(own)}; CREATE VIEW other AS FROM ${read(other)}`);
    const types = new Map((await ask("DESCRIBE own")).map((row) => [String(row.column_name), String(row.column_type)]));
    const names = new Set((await ask("DESCRIBE other")).map((row) => String(row.column_name)));
    const lacking = [...types.keys()].filter((name) => !names.has(name));
    const more = [...names].filter((name) => !types.has(name));
    if (lacking.length + more.length > 0) return `columns: without ${lacking.join(", ")}, more ${more.join(", ")}`;
    const wrong = [...types].map(([name, type]) =>
      /DOUBLE|BIGINT/.test(type)
        ? `count(*) FILTER (WHERE NOT coalesce(abs(own.${name}::DOUBLE - other.${name}::DOUBLE) <= ${tolerance} * greatest(1, abs(own.${name}::DOUBLE)), own.${name} IS NULL AND other.${name} IS NULL)) AS ${name}`
        : `count(*) FILTER (WHERE own.${name}::VARCHAR IS DISTINCT FROM other.${name}::VARCHAR) AS ${name}`,
    );
    const [row] = await ask(
      `SELECT (SELECT count(*) FROM own) AS own_rows, (SELECT count(*) FROM other) AS other_rows, count(*) AS both_rows, ${wrong.join(", ")} FROM own JOIN other USING (id)`,
    );
    const { own_rows: mine, other_rows: theirs, both_rows: both, ...columns } = row!;
    if (mine !== theirs || mine !== both) return `${mine} rows, ${theirs} there, ${both} in both`;
    const different = Object.entries(columns).filter(([, count]) => Number(count) > 0);
    return different.length === 0 ? undefined : different.map(([name, count]) => `${name} in ${count} rows`).join(", ");
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
