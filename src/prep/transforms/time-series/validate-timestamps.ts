import { boolean, choice } from "../../../base/params.ts";
import { columnParam } from "../../column-param.ts";
import { text as textType } from "../../column-type.ts";
import { defineTransform } from "../../define-transform.ts";
import { booleans, longs, texts, timestamps } from "../../example-columns.ts";
import { as, call, choose, column as columnExpression } from "../../sql/expression.ts";
import { filter, withColumns } from "../../sql/relation.ts";
import { columnOf, needType, StepFault } from "../../step-fault.ts";
import { optionalFilledText } from "../../text-param.ts";
import { readTime } from "../featurize-date-time/read-time.ts";

/** A time is valid when it is there and, of a text, when it is in a format of times that is known. */
export const validateTimestamps = defineTransform({
  operator: "time_series",
  variant: [{ name: "operator", is: "Validate timestamps", block: "Validate timestamps_parameters" }],
  group: "Time series",
  title: "Validate timestamps",
  summary: "Leaves out rows whose time is missing or wrong, says which they are, or fails when there are any.",
  params: {
    timestamp_column: columnParam("timestamp", "date", "text"),
    policy: choice(["drop", "indicate", "error"], { default: "drop" }),
    output_column: optionalFilledText,
    cast_to_datetime: boolean({ default: false }),
  },
  relation({ input, values }) {
    const found = columnOf(input, values.timestamp_column);
    needType(found, ["timestamp", "date", "text"]);
    const given = columnExpression(found);
    const time = readTime(given, { infer_datetime_format: false }, { format: null });
    const isValid = call("isNotNull", time);
    const kept = values.cast_to_datetime ? time : given;
    const changed = values.cast_to_datetime ? withColumns(input, [{ name: found.name, value: time }]) : input;
    if (values.policy === "drop") {
      const rows = filter(input, isValid);
      return values.cast_to_datetime ? withColumns(rows, [{ name: found.name, value: time }]) : rows;
    }
    if (values.policy === "indicate") {
      const name = values.output_column ?? `${found.name}_is_valid`;
      if (name === found.name)
        throw new StepFault(
          `The output column ${JSON.stringify(name)} is the column of the times; give it another name.`,
        );
      return withColumns(
        withColumns(input, [{ name, value: isValid }]),
        changed === input ? [] : [{ name: found.name, value: time }],
      );
    }
    const words = `The column ${JSON.stringify(found.name)} has a time that is missing or in no known format: `;
    const failed = call("fail", call("concat", words, call("coalesce", as(given, textType), "null")));
    return withColumns(input, [{ name: found.name, value: choose([[isValid, kept]], as(failed, kept.type)) }]);
  },
  examples: [
    {
      inputs: [{ at: timestamps("2024-01-01 00:00:00", null), n: longs(1, 2) }],
      with: { timestamp_column: "at", policy: "drop" },
      gives: { at: timestamps("2024-01-01 00:00:00"), n: longs(1) },
    },
    {
      inputs: [{ at: texts("2024-01-01", "soon", "", null) }],
      with: { timestamp_column: "at", policy: "indicate", cast_to_datetime: true },
      gives: {
        at: timestamps("2024-01-01 00:00:00", null, null, null),
        at_is_valid: booleans(true, false, false, false),
      },
    },
    {
      summary: "Where all are valid, nothing fails.",
      inputs: [{ at: texts("2024-01-01", "05/06/2024 07:08") }],
      with: { timestamp_column: "at", policy: "error" },
      gives: { at: texts("2024-01-01", "05/06/2024 07:08") },
    },
  ],
});
