import { describe, expect, it } from "vitest";
import { type Criteria, type Datapoint, evaluate } from "./alarm-evaluation.ts";
import { javaNumber, reasonDataOf, reasonOf } from "./alarm-words.ts";

const treatments = ["missing", "ignore", "breaching", "notBreaching"] as const;
const start = Date.UTC(2026, 0, 2, 3, 4);

/** 0 is within the threshold, X beyond it, - missing; the newest comes last, as in the tables of AWS's guide. */
const rangeOf = (text: string): (Datapoint | undefined)[] =>
  text
    .split(" ")
    .map((mark, index) =>
      mark === "-" ? undefined : { time: start + index * 60_000, value: mark === "X" ? 9 : 1, sampleCount: 1 },
    )
    .reverse();

const criteria = (more: Partial<Criteria> = {}): Criteria => ({
  evaluationPeriods: 3,
  datapointsToAlarm: 3,
  threshold: 5,
  operator: "GreaterThanThreshold",
  missing: "missing",
  ...more,
});

const states = (range: string, more: Partial<Criteria> = {}) =>
  treatments.map((missing) => evaluate(rangeOf(range), criteria({ ...more, missing })).state);

const [ok, alarm, retain, unknown] = ["OK", "ALARM", "retain", "INSUFFICIENT_DATA"] as const;

describe("AWS's tables of missing data", () => {
  it.each([
    ["0 - X - X", [ok, ok, ok, ok]],
    ["0 - - - -", [ok, ok, ok, ok]],
    ["- - - - -", [unknown, retain, alarm, ok]],
    ["0 X X - X", [alarm, alarm, alarm, alarm]],
    ["- - X - -", [alarm, retain, alarm, ok]],
  ])("3 of 3: %s", (range, expected) => expect(states(range)).toEqual(expected));

  it.each([
    ["0 - X - X", [alarm, alarm, alarm, alarm]],
    ["0 0 X 0 X", [alarm, alarm, alarm, alarm]],
    ["0 - X - -", [ok, ok, alarm, ok]],
    ["- - - - 0", [ok, ok, alarm, ok]],
    ["- - - X -", [alarm, retain, alarm, ok]],
  ])("2 of 3: %s", (range, expected) => expect(states(range, { datapointsToAlarm: 2 })).toEqual(expected));

  it("decides nothing while all that is known is beyond the threshold, and it is too little and too new", () => {
    expect(states("- - - - X")).toEqual([retain, retain, alarm, ok]);
  });
});

it.each([
  ["GreaterThanOrEqualToThreshold", [ok, alarm, alarm]],
  ["GreaterThanThreshold", [ok, ok, alarm]],
  ["LessThanThreshold", [alarm, ok, ok]],
  ["LessThanOrEqualToThreshold", [alarm, alarm, ok]],
])("%s compares 4, 5 and 6 with 5", (operator, expected) => {
  const stateOf = (value: number) =>
    evaluate(
      [{ time: start, value, sampleCount: 1 }],
      criteria({ evaluationPeriods: 1, datapointsToAlarm: 1, operator }),
    ).state;
  expect([4, 5, 6].map(stateOf)).toEqual(expected);
});

it("stays as it is when a percentile is of too few samples", () => {
  const isTooFew = ({ sampleCount }: Datapoint) => sampleCount! < 2;
  expect(states("X X X X X", { isTooFew })).toEqual([retain, retain, retain, retain]);
});

it("says why in AWS's words", () => {
  const reason = (range: string, more: Partial<Criteria> = {}) => {
    const asked = criteria(more);
    return reasonOf(evaluate(rangeOf(range), asked), asked);
  };
  expect(reason("0 0 X X X")).toBe(
    "Threshold Crossed: 3 out of the last 3 datapoints [9.0 (02/01/26 03:08:00), 9.0 (02/01/26 03:07:00), 9.0 (02/01/26 03:06:00)] were greater than the threshold (5.0) (minimum 3 datapoints for OK -> ALARM transition).",
  );
  expect(reason("0 0 X X 0")).toBe(
    "Threshold Crossed: 1 out of the last 3 datapoints [1.0 (02/01/26 03:08:00)] was not greater than the threshold (5.0) (minimum 1 datapoint for ALARM -> OK transition).",
  );
  expect(reason("- - - - -")).toBe("Insufficient Data: 3 datapoints were unknown.");
  expect(reason("- - - - -", { missing: "breaching" })).toBe(
    "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [Breaching].",
  );
  expect(reason("- - - - X", { missing: "breaching" })).toBe(
    "Threshold Crossed: 1 datapoint was received for 3 periods and 2 missing datapoints were treated as [Breaching].",
  );
});

it("gives the figures behind a reason as JSON, numbers as Java writes them", () => {
  const asked = criteria();
  const metric = { statistic: "Average", periodSeconds: 60, unit: "Percent" };
  const text = reasonDataOf(evaluate(rangeOf("0 0 0 X X"), asked), asked, metric, start + 300_000);
  expect(text).toContain('"recentDatapoints":[1.0,9.0,9.0],"threshold":5.0');
  expect(JSON.parse(text)).toEqual({
    version: "1.0",
    queryDate: "2026-01-02T03:09:00.000+0000",
    startDate: "2026-01-02T03:06:00.000+0000",
    unit: "Percent",
    statistic: "Average",
    period: 60,
    recentDatapoints: [1, 9, 9],
    threshold: 5,
    evaluatedDatapoints: [8, 7, 6].map((minute, index) => ({
      timestamp: `2026-01-02T03:0${minute}:00.000+0000`,
      sampleCount: 1,
      value: [9, 9, 1][index],
    })),
  });
});

it.each([
  [0, "0.0"],
  [-1, "-1.0"],
  [99.5, "99.5"],
  [10_000_000, "1.0E7"],
  [123_456_789, "1.23456789E8"],
  [0.0005, "5.0E-4"],
  [0.001, "0.001"],
])("writes %d as %s", (value, text) => expect(javaNumber(value)).toBe(text));
