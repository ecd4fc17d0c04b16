import { defineTransform } from "../../define-transform.ts";
import { longs, texts } from "../../example-columns.ts";
import { parseSelect } from "../../sql/spark-formula/parse-select.ts";
import { translateSelect } from "../../sql/spark-formula/translate-select.ts";
import { filledText } from "../../text-param.ts";

export const customSql = defineTransform({
  operator: "custom_code",
  variant: [{ name: "operator", is: "SQL (PySpark SQL)", also: ["SQL"], block: "sql_parameters" }],
  group: "Custom transform",
  title: "SQL",
  summary: "Makes a table of a query of Spark's SQL over the table df.",
  params: { code: filledText },
  relation: ({ input, values }) => translateSelect(parseSelect(values.code), input),
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
  ],
});
