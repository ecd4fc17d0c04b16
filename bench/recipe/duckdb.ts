import { DuckDBInstance } from "@duckdb/node-api";

/** `node duckdb.ts csv|parquet INPUT OUTPUT MEMORY`: the recipe as a person writes it for DuckDB, with as few readings as it needs. */
const [kind, input, output, memory = "4GiB"] = process.argv.slice(2);
const instance = await DuckDBInstance.create(":memory:", { memory_limit: memory, temp_directory: `${output}.spill` });
const connection = await instance.connect();
const ask = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson();

const types =
  "id: 'BIGINT', price: 'DOUBLE', weight: 'DOUBLE', age: 'DOUBLE', income: 'DOUBLE', height: 'DOUBLE', width: 'DOUBLE', depth: 'DOUBLE', score: 'DOUBLE', quantity: 'BIGINT', stock: 'BIGINT', colour: 'VARCHAR', city: 'VARCHAR', code: 'VARCHAR', kind: 'VARCHAR', region: 'VARCHAR', bought: 'TIMESTAMP', active: 'BOOLEAN', junk: 'DOUBLE', note: 'VARCHAR'";
const source = kind === "csv" ? `read_csv('${input}', header = true, columns = {${types}})` : `'${input}'`;
await connection.run(
  `CREATE TABLE kept AS SELECT DISTINCT * EXCLUDE (note, junk) FROM ${source} WHERE quantity IS NOT NULL AND quantity > 0`,
);
const [first] = await ask(
  `SELECT avg(price) AS price, avg(weight) AS weight, quantile_disc(age, 0.5) AS age, quantile_disc(income, [0.01, 0.99]) AS income FROM kept`,
);
const colours = await ask(
  "SELECT colour, count(*) AS c FROM kept WHERE colour IS NOT NULL GROUP BY 1 ORDER BY c DESC, 1",
);
const cities = await ask(
  "SELECT trim(coalesce(city, 'unknown'), ' ') AS city FROM kept GROUP BY 1 ORDER BY count(*) DESC, 1",
);
const price = `coalesce(price, ${first!.price})`;
const [moments] = await ask(`SELECT avg(${price}) AS mean, stddev_samp(${price}) AS deviation FROM kept`);
const [low, high] = [-1, 1].map((side) => Number(moments!.mean) + side * 3 * Number(moments!.deviation));
const clipped = `least(greatest(${price}, ${low}), ${high})`;
const weight = `coalesce(weight, ${first!.weight})`;
const age = `coalesce(age, ${first!.age})`;
const [least, most] = first!.income as [number, number];
const income = `least(greatest(income, ${least}), ${most})`;
const [scales] = await ask(
  `SELECT avg(${clipped}) AS price_mean, stddev_samp(${clipped}) AS price_deviation, avg(${weight}) AS weight_mean, stddev_samp(${weight}) AS weight_deviation, min(${age}) AS youngest, max(${age}) AS oldest FROM kept`,
);
// The most frequent colour takes the place of those that are missing, and its count only grows.
const counted = new Map<string, number>();
for (const { colour, c } of colours) counted.set(String(colour).toLowerCase(), Number(c));
const names = colours.map(({ colour }) => String(colour).toLowerCase());
const hot = names.map(
  (name) =>
    `CASE WHEN lower(coalesce(colour, '${colours[0]!.colour}')) = '${name}' THEN 1.0::DOUBLE ELSE 0.0::DOUBLE END AS colour_${name}`,
);
const code = "replace(code, '-', '_')";
const s = scales as Record<string, unknown>;
const places = cities.map(({ city }) => `'${String(city).replaceAll("'", "''")}'`);
await connection.run(
  `COPY (SELECT id, (${clipped} - ${s.price_mean}) / ${s.price_deviation} AS price, (${weight} - ${s.weight_mean}) / ${s.weight_deviation} AS weight,
     (${age} - ${s.youngest}) / ${Number(s.oldest) - Number(s.youngest)} AS age, (${income} - ${least}) / ${most - least} AS income,
     height, width, depth, score, quantity, stock, trim(coalesce(city, 'unknown'), ' ') AS city, ${code} AS code, kind, region, active,
     regexp_extract(${code}, '([0-9]+)', 1) AS number, ${income} / (${age} + 1) AS ratio,
     year(bought) AS bought_year, month(bought) AS bought_month, day(bought) AS bought_day, hour(bought) AS bought_hour,
     ${hot.join(", ")}, (list_position([${places.join(", ")}], trim(coalesce(city, 'unknown'), ' ')) - 1)::DOUBLE AS city_code
   FROM kept) TO '${output}' (FORMAT ${kind}${kind === "csv" ? ", HEADER" : ""})`,
);
connection.closeSync();
instance.closeSync();
