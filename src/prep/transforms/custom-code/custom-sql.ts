import { defineTransform } from "../../define-transform.ts";
import { longs, texts } from "../../example-columns.ts";
import { parseQuery } from "../../sql/spark-formula/parse-query.ts";
import { translateQuery } from "../../sql/spark-formula/translate-query.ts";
import { filledText } from "../../text-param.ts";

export const customSql = defineTransform({
  operator: "custom_code",
  variant: [{ name: "operator", is: "SQL (PySpark SQL)", also: ["SQL"], block: "sql_parameters" }],
  group: "Custom transform",
  title: "SQL",
  summary: "Makes a table of a query of Spark's SQL over the table df.",
  params: { code: filledText },
  relation: ({ input, values }) => translateQuery(parseQuery(values.code), new Map([["df", input]])),
  examples: [
    {
      inputs: [{ name: texts("Ann", "Bö", "Cy"), fare: longs(10, 30, null) }],
      with: { code: "SELECT name, fare * 2 AS twice FROM df WHERE fare IS NOT NULL ORDER BY fare DESC" },
      gives: { name: texts("Bö", "Ann"), twice: longs(60, 20) },
    },
    {
      summary: "Groups.",
      inputs: [{ kind: texts("a", "b", "a"), n: longs(1, 2, 3) }],
      with: { code: "SELECT kind, sum(n) AS total FROM df GROUP BY kind ORDER BY kind" },
      gives: { kind: texts("a", "b"), total: longs(4, 2) },
    },
    {
      summary: "A table with itself, and a query within the query.",
      inputs: [{ id: longs(1, 2, 3), boss: longs(null, 1, 1), name: texts("Ann", "Bö", "Cy") }],
      with: {
        code: "SELECT a.name, b.name AS boss FROM df a LEFT JOIN df b ON a.boss = b.id WHERE a.id < (SELECT max(id) FROM df) ORDER BY a.id",
      },
      gives: { name: texts("Ann", "Bö"), boss: texts(null, "Ann") },
    },
  ],
});
