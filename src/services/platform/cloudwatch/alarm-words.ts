import { counted } from "../../../base/counted.ts";
import type { Criteria, Datapoint, Evaluation } from "./alarm-evaluation.ts";
import type { AlarmMetric } from "./alarm-metric.ts";

/** What an alarm says of itself before its first evaluation. */
export const initialReason = "Unchecked: Initial alarm creation";

const operators: Readonly<Record<string, string>> = {
  GreaterThanOrEqualToThreshold: "greater than or equal to",
  GreaterThanThreshold: "greater than",
  LessThanThreshold: "less than",
  LessThanOrEqualToThreshold: "less than or equal to",
};

/** Says in AWS's words why an evaluation gave its state. */
export function reasonOf({ state, evaluated, breaching, filled }: Evaluation, criteria: Criteria): string {
  const { evaluationPeriods, datapointsToAlarm, threshold, operator, missing } = criteria;
  if (state === "INSUFFICIENT_DATA")
    return `Insufficient Data: ${counted(filled, "datapoint")} ${wasOrWere(filled)} unknown.`;
  const treated = { breaching: "Breaching", notBreaching: "NonBreaching", missing: "Missing", ignore: "Ignored" };
  if (filled > 0) {
    const received =
      evaluated.length === 0
        ? "no datapoints were"
        : `${counted(evaluated.length, "datapoint")} ${wasOrWere(evaluated.length)}`;
    return (
      `Threshold Crossed: ${received} received for ${counted(evaluationPeriods, "period")} and ` +
      `${counted(filled, "missing datapoint")} ${wasOrWere(filled)} treated as [${treated[missing]}].`
    );
  }
  const isAlarm = state === "ALARM";
  const points = isAlarm ? breaching : evaluated.filter((point) => !breaching.includes(point));
  const least = isAlarm ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1;
  return (
    `Threshold Crossed: ${points.length} out of the last ${evaluationPeriods} datapoints ` +
    `[${points.map(pointText).join(", ")}] ${wasOrWere(points.length)} ${isAlarm ? "" : "not "}${operators[operator]} the threshold ` +
    `(${javaNumber(threshold)}) (minimum ${counted(least, "datapoint")} for ${isAlarm ? "OK -> ALARM" : "ALARM -> OK"} transition).`
  );
}

/** Returns StateReasonData: the figures behind a reason, as JSON. */
export function reasonDataOf(
  { evaluated }: Pick<Evaluation, "evaluated">,
  { threshold }: Pick<Criteria, "threshold">,
  metric: Partial<Pick<AlarmMetric, "statistic" | "unit">> & Pick<AlarmMetric, "periodSeconds">,
  now: number,
): string {
  const { statistic, periodSeconds, unit } = metric;
  const oldestFirst = evaluated.toReversed();
  const first = oldestFirst[0];
  const members: readonly (readonly [string, string | undefined])[] = [
    ["version", '"1.0"'],
    ["queryDate", JSON.stringify(timeText(now))],
    ["startDate", first && JSON.stringify(timeText(first.time))],
    ["unit", unit && JSON.stringify(unit)],
    ["statistic", statistic && JSON.stringify(statistic)],
    ["period", String(periodSeconds)],
    ["recentDatapoints", `[${oldestFirst.map(({ value }) => javaNumber(value)).join(",")}]`],
    ["threshold", javaNumber(threshold)],
    ["evaluatedDatapoints", first && `[${evaluated.map(evaluatedText).join(",")}]`],
  ];
  const given = members.filter(([, value]) => value !== undefined);
  return `{${given.map(([name, value]) => `"${name}":${value}`).join(",")}}`;
}

const evaluatedText = ({ time, value, sampleCount }: Datapoint) =>
  `{"timestamp":"${timeText(time)}",${sampleCount === undefined ? "" : `"sampleCount":${javaNumber(sampleCount)},`}"value":${javaNumber(value)}}`;

const wasOrWere = (count: number) => (count === 1 ? "was" : "were");

/** 99.5 (20/02/19 23:22:00): day, month, year. */
function pointText({ value, time }: Datapoint): string {
  const [, year, month, day, clock] = /^..(..)-(..)-(..)T(.{8})/.exec(new Date(time).toISOString())!;
  return `${javaNumber(value)} (${day}/${month}/${year} ${clock})`;
}

/** Times in the data of alarms and of their events: 2026-01-01T00:00:00.000+0000. */
export const timeText = (time: number): string => new Date(time).toISOString().replace("Z", "+0000");

/** Numbers as Java writes a double, which is how CloudWatch shows them: 1.0, 0.5, 1.0E7. */
export function javaNumber(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [digits, exponent] = value.toExponential().split("e");
    return `${digits!.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
  }
  const text = String(value);
  return text.includes(".") ? text : `${text}.0`;
}
