import type { AlarmState } from "./alarm-faults.ts";

/** The value of an alarm's statistic in one period. */
export interface Datapoint {
  /** The beginning of the period. */
  readonly time: number;
  readonly value: number;
  /** Absent of metric math. */
  readonly sampleCount?: number;
}

/** What an alarm compares, and how many of its datapoints decide. */
export interface Criteria {
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly operator: string;
  readonly missing: "missing" | "ignore" | "breaching" | "notBreaching";
  /** Whether a percentile of so few samples says nothing. */
  isTooFew?(datapoint: Datapoint): boolean;
}

const comparisons: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

export const isBuiltOperator = (operator: string): boolean => comparisons[operator] !== undefined;

export interface Evaluation {
  /** "retain": the datapoints decide nothing, so the alarm stays as it is. */
  readonly state: AlarmState | "retain";
  /** The real datapoints that were looked at, the newest first. */
  readonly evaluated: readonly Datapoint[];
  readonly breaching: readonly Datapoint[];
  /** How many missing datapoints were treated as something. */
  readonly filled: number;
}

/** The periods that are read beyond `EvaluationPeriods`, so that single gaps need not be filled. */
const morePeriods = 2;

/** Returns how many periods an evaluation reads: AWS calls them the evaluation range. */
export const rangeOf = ({ evaluationPeriods }: Pick<Criteria, "evaluationPeriods">): number =>
  evaluationPeriods + morePeriods;

/**
 * Decides the state of an alarm from the periods of the evaluation range, the newest first; undefined where a period has
 * no data. Real datapoints count first. Only when there are fewer than `EvaluationPeriods`, missing ones are filled in,
 * and only as many as are needed.
 */
export function evaluate(range: readonly (Datapoint | undefined)[], criteria: Criteria): Evaluation {
  const { evaluationPeriods, datapointsToAlarm, threshold, operator, missing } = criteria;
  const compare = comparisons[operator]!;
  const isBreaching = (point: Datapoint) => compare(point.value, threshold);
  const evaluated = range.filter((point) => point !== undefined).slice(0, evaluationPeriods);
  const breaching = evaluated.filter(isBreaching);
  const filled = evaluationPeriods - evaluated.length;
  const decided = (state: Evaluation["state"]) => ({ state, evaluated, breaching, filled });

  if (criteria.isTooFew && evaluated.some(criteria.isTooFew)) return decided("retain");
  if (breaching.length + (missing === "breaching" ? filled : 0) >= datapointsToAlarm) return decided("ALARM");
  if (filled === 0 || missing === "breaching" || missing === "notBreaching") return decided("OK");
  if (evaluated.length === 0) return decided(missing === "missing" ? "INSUFFICIENT_DATA" : "retain");
  if (breaching.length < evaluated.length) return decided("OK");
  // Everything that is known is breaching, and it is less than what makes an alarm.
  const oldest = range.findLastIndex((point) => point !== undefined);
  return decided(missing === "missing" && oldest + 1 >= datapointsToAlarm ? "ALARM" : "retain");
}
