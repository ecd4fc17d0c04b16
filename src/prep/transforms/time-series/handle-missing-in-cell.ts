import { choice, type Params } from "../../../base/params.ts";
import { columnParam } from "../../column-param.ts";
import { type ColumnType, double } from "../../column-type.ts";
import { defineTransform, type Transform, type TransformExample } from "../../define-transform.ts";
import { doubleLists, longLists, textLists } from "../../example-columns.ts";
import { as, call, column as columnExpression } from "../../sql/expression.ts";
import { withPosition } from "../../sql/random-number.ts";
import {
  aggregate,
  explode,
  join,
  onlyColumns,
  select,
  sideOf,
  sort,
  unusedName,
  withColumns,
} from "../../sql/relation.ts";
import { columnOf, needType, StepFault } from "../../step-fault.ts";
import { optionalFilledText } from "../../text-param.ts";
import { firstAfter, lastBefore } from "./fill.ts";
import { leftovers, present, strategiesOf } from "./missing-strategies.ts";

const examples: Readonly<Record<string, readonly TransformExample[]>> = {
  "Constant Value": [
    {
      inputs: [{ s: doubleLists([1, null, Number.NaN], [], null) }],
      with: { hmic_sequence_column: "s", hmic_custom_value: "0" },
      gives: { s: doubleLists([1, 0, 0], [], null) },
    },
  ],
  "Most common value": [
    {
      inputs: [{ s: textLists(["a", null, "b", "a"], [""]) }],
      with: { hmic_sequence_column: "s" },
      gives: { s: textLists(["a", "a", "b", "a"], [null]) },
    },
  ],
  "Forward fill": [
    {
      inputs: [{ s: doubleLists([30, 40, 35, Number.NaN, Number.NaN], [45, Number.NaN, 55], [Number.NaN, 1]) }],
      with: { hmic_sequence_column: "s", hmic_output_column: "filled" },
      gives: {
        s: doubleLists([30, 40, 35, Number.NaN, Number.NaN], [45, Number.NaN, 55], [Number.NaN, 1]),
        filled: doubleLists([30, 40, 35, 35, 35], [45, 45, 55], [null, 1]),
      },
    },
  ],
  "Backward fill": [
    {
      inputs: [{ s: longLists([null, 4, null]) }],
      with: { hmic_sequence_column: "s", hmic_leftovernans: "Fill with Forward/Backward feed" },
      gives: { s: longLists([4, 4, 4]) },
    },
  ],
  Interpolate: [
    {
      inputs: [{ s: longLists([1, null, 2], [null, 3, null]) }],
      with: { hmic_sequence_column: "s", hmic_interpolation_technique: "linear" },
      gives: { s: doubleLists([1, 1.5, 2], [null, 3, 3]) },
    },
  ],
};

export const handleMissingInCell: readonly Transform[] = strategiesOf("hmic").map(({ label, title, params, fill }) =>
  defineTransform<Params>({
    operator: "time_series",
    variant: [
      { name: "operator", is: "Handle missing", block: "Handle missing_parameters" },
      { name: "hm_input_type", is: "In cell", block: "hm_input_type_In cell_parameters" },
      { name: "hmic_strategy", is: label, block: `hmic_strategy_${label}_parameters` },
    ],
    group: "Time series",
    title: `Handle missing in cell: ${title}`,
    summary: "Fills the missing values of the series that each cell holds.",
    params: {
      hmic_sequence_column: columnParam("list", "vector"),
      hmic_output_column: optionalFilledText,
      hmic_leftovernans: choice(leftovers, { default: "Leave as missing" }),
      ...params,
    },
    relation({ input, values }) {
      const found = columnOf(input, values.hmic_sequence_column as string);
      needType(found, ["list", "vector"]);
      const element: ColumnType = found.type.kind === "list" ? found.type.element : double;
      if (element.kind === "list" || element.kind === "struct")
        throw new StepFault(
          `The column ${JSON.stringify(found.name)} holds lists of ${element.kind}s, which are no series; flatten it first.`,
        );
      const { relation, position } = withPosition(input);
      const place = { name: "place", value: position };
      const cells = select(relation, [place, { name: "series", value: columnExpression(found) }]);
      const [row, series] = cells.columns.map((one) => columnExpression(one));
      const each = explode(cells, call("numbers", 1, call("listLength", series!)), "at");
      const at = columnExpression(each.columns.at(-1)!);
      const around = { partition: [row!], order: [{ by: at }], place: at };
      const value = present(call("elementAt", series!, at), label);
      const filled = withColumns(each, [{ name: "filled", value: fill(value, around, values) }]);
      const once = columnExpression(filled.columns.at(-1)!);
      const isLeft = values.hmic_leftovernans === "Leave as missing";
      const both = isLeft ? once : call("coalesce", once, lastBefore(once, around), firstAfter(once, around));
      const whole = withColumns(filled, [{ name: "filled", value: both }]);
      const lists = aggregate(
        whole,
        [{ name: "place", value: row! }],
        [{ name: "filled", value: call("collectAll", once, at) }],
      );
      const made = unusedName(relation.columns, "filled");
      const beside = join(
        "left",
        relation,
        lists,
        [[(position as { name: string }).name, "place"]],
        [...sideOf("left", relation), { name: made, side: "right", from: "filled" }],
      );
      const list = columnExpression(beside.columns.at(-1)!);
      const name = (values.hmic_output_column as string | undefined) ?? found.name;
      const result = withColumns(sort(beside, [{ by: position }]), [
        { name, value: call("coalesce", list, as(columnExpression(found), list.type)) },
      ]);
      const kept = result.columns.filter(
        (one) => one.name !== made && one.name !== (position as { name: string }).name,
      );
      return onlyColumns(result, kept);
    },
    examples: examples[label]!,
  }),
);
