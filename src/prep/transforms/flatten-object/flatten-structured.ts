import { list, text } from "../../../base/params.ts";
import { columnParam } from "../../column-param.ts";
import { long, structOf, text as textType } from "../../column-type.ts";
import { defineTransform } from "../../define-transform.ts";
import { longs, texts } from "../../example-columns.ts";
import { call, column as columnExpression, field, literal } from "../../sql/expression.ts";
import { withPosition } from "../../sql/random-number.ts";
import { aggregate, explode, limit, type Relation, select, sort, withColumns } from "../../sql/relation.ts";
import { columnOf, needType, StepFault } from "../../step-fault.ts";

const maxKeys = 1_000;

/** The keys of JSON texts are those of the data that the step learned from, in the order in which they appear. */
export const flattenStructured = defineTransform<
  { input_column: ReturnType<typeof columnParam>; keys: ReturnType<typeof keysParam> },
  { keys: readonly string[] }
>({
  operator: "flatten_object",
  group: "Unnest",
  title: "Flatten structured",
  summary: "Makes a column of each member of an object: of a struct, or of a text in JSON.",
  params: { input_column: columnParam("struct", "text"), keys: keysParam() },
  fit: {
    asks: (input, values): Readonly<Record<string, Relation>> => {
      const found = columnOf(input, values.input_column);
      needType(found, ["struct", "text"]);
      if (found.type.kind === "struct" || values.keys) return {};
      const { relation, position } = withPosition(input);
      const rows = select(relation, [
        { name: "row", value: position },
        { name: "keys", value: call("jsonKeys", columnExpression(found)) },
      ]);
      const keys = explode(rows, columnExpression(rows.columns[1]!), "key");
      const key = columnExpression(keys.columns.at(-1)!);
      const first = aggregate(
        keys,
        [{ name: "key", value: key }],
        [{ name: "row", value: call("minimum", columnExpression(keys.columns[0]!)) }],
      );
      const [name, row] = first.columns.map((one) => columnExpression(one));
      return { keys: limit(sort(first, [{ by: row! }, { by: name! }]), maxKeys + 1) };
    },
    learn: ({ keys = [] }, values) => {
      if (keys.length > maxKeys)
        throw new StepFault(
          `The objects of ${JSON.stringify(values.input_column)} have more than ${maxKeys} keys; name those that are wanted in keys.`,
        );
      return { keys: keys.map(({ key }) => String(key)) };
    },
  },
  relation({ input, values, learned }) {
    const found = columnOf(input, values.input_column);
    needType(found, ["struct", "text"]);
    const value = columnExpression(found);
    const known = found.type.kind === "struct" ? found.type.fields.map(({ name }) => name) : learned.keys;
    const wanted = values.keys ?? known;
    const wrong = found.type.kind === "struct" ? wanted.find((key) => !known.includes(key)) : undefined;
    if (wrong !== undefined)
      throw new StepFault(
        `The column ${JSON.stringify(found.name)} has no member ${JSON.stringify(wrong)}; its members are ${known.join(", ")}.`,
      );
    const made = wanted.map((key) => ({
      name: `${found.name}_${key}`,
      value: found.type.kind === "struct" ? field(value, key) : call("jsonMember", value, literal(key)),
    }));
    return withColumns(input, made);
  },
  examples: [
    {
      summary: "Texts in JSON: members are texts, and what is within them stays JSON.",
      inputs: [{ j: texts('{"a": 1, "b": {"c": "ü"}}', '{"d": null, "a": "x"}', "none", "", null, "[1]") }],
      with: { input_column: "j" },
      gives: {
        j: texts('{"a": 1, "b": {"c": "ü"}}', '{"d": null, "a": "x"}', "none", "", null, "[1]"),
        j_a: texts("1", "x", null, null, null, null),
        j_b: texts('{"c":"ü"}', null, null, null, null, null),
        j_d: texts(null, null, null, null, null, null),
      },
    },
    {
      summary: "A struct.",
      inputs: [
        {
          s: {
            type: structOf([
              { name: "n", type: long },
              { name: "t", type: textType },
            ]),
            values: [
              { n: 1, t: "x" },
              { n: null, t: "" },
            ],
          },
        },
      ],
      with: { input_column: "s", keys: ["n"] },
      gives: {
        s: {
          type: structOf([
            { name: "n", type: long },
            { name: "t", type: textType },
          ]),
          values: [
            { n: 1, t: "x" },
            { n: null, t: "" },
          ],
        },
        s_n: longs(1, null),
      },
    },
  ],
});

function keysParam() {
  return list(text({ required: true }));
}
