import { defineTransform } from "../../define-transform.ts";
import { longs, timestamps } from "../../example-columns.ts";
import { call, literal } from "../../sql/expression.ts";
import { withColumns } from "../../sql/relation.ts";
import { parseTime, timeFormatOf } from "../../sql/time-format.ts";
import { StepFault } from "../../step-fault.ts";
import { filledText } from "../../text-param.ts";
import { frequencyOf, frequencyParams } from "./frequency.ts";

export const datetimeRange = defineTransform({
  operator: "time_series",
  variant: [{ name: "operator", is: "Datetime range", block: "Datetime range_parameters" }],
  group: "Time series",
  title: "Datetime range",
  summary: "Gives the rows times at a regular distance, in their order.",
  params: { start_timestamp: filledText, output_column: filledText, ...frequencyParams },
  relation({ input, values }) {
    const format = timeFormatOf(values.start_timestamp);
    if (format === undefined)
      throw new StepFault(
        `The start ${JSON.stringify(values.start_timestamp)} is in no format of a time that is known; give one such as 2024-01-31 10:00:00.`,
      );
    const start = parseTime(literal(values.start_timestamp), format);
    const steps = call("subtract", call("rowPosition"), 1);
    return withColumns(input, [{ name: values.output_column, value: frequencyOf(values).after(start, steps) }]);
  },
  examples: [
    {
      inputs: [{ n: longs(10, 14, 24) }],
      with: {
        start_timestamp: "2024-01-01 17:00",
        output_column: "at",
        frequency: { quantity: 1, offset_description: "Hourly" },
      },
      gives: {
        n: longs(10, 14, 24),
        at: timestamps("2024-01-01 17:00:00", "2024-01-01 18:00:00", "2024-01-01 19:00:00"),
      },
    },
    {
      summary: "Months that lack the day have their last one.",
      inputs: [{ n: longs(1, 2, 3) }],
      with: { start_timestamp: "2024-01-31", output_column: "at", frequency: { offset_description: "Month" } },
      gives: { n: longs(1, 2, 3), at: timestamps("2024-01-31 00:00:00", "2024-02-29 00:00:00", "2024-03-31 00:00:00") },
    },
    {
      summary: "Working days.",
      inputs: [{ n: longs(1, 2, 3) }],
      with: {
        start_timestamp: "2024-01-04 09:00",
        output_column: "at",
        frequency: { offset_description: "Business day" },
      },
      gives: { n: longs(1, 2, 3), at: timestamps("2024-01-04 09:00:00", "2024-01-05 09:00:00", "2024-01-08 09:00:00") },
    },
  ],
});
