import { defineOperations } from "../../../frame/define-operations.ts";
import { getMetricData } from "./metric-data.ts";
import { onMetrics } from "./metric-permissions.ts";
import {
  identityOf,
  invalidCombination,
  invalidValue,
  journalOf,
  journalPrefix,
  type MetricIdentity,
  pointOf,
} from "./metric-points.ts";
import {
  checkPeriod,
  type Period,
  readPeriods,
  roundStart,
  type Statistic,
  statisticNamed,
} from "./metric-statistics.ts";

const mostStatisticsPoints = 1440;
const listPageSize = 500;
/** The journals that one ListMetrics looks at, at most. What is left is for the next page, which may show nothing new. */
const mostLookedAt = 10_000;
const journalsAtOnce = 1000;
const hour = 3_600_000;
/** ListMetrics shows the metrics that points were put to in the last two weeks. */
const activeMilliseconds = 14 * 24 * hour;

const permissions = { PutMetricData: onMetrics };

export const metric = defineOperations("cloudwatch", permissions, {
  async PutMetricData({ Namespace, MetricData = [], EntityMetricData = [] }, context) {
    const now = context.clock.now();
    const data = [...MetricData, ...EntityMetricData.flatMap(({ MetricData = [] }) => MetricData)];
    const journals = new Map<string, { time: number; data: string }[]>();
    data.forEach((datum, index) => {
      const journal = journalOf(context, { ...datum, Namespace });
      const points = journals.get(journal) ?? [];
      journals.set(journal, points);
      points.push(pointOf(datum, `MetricData.member.${index + 1}`, now));
    });
    await Promise.all([...journals].map(([journal, points]) => context.journals.append(journal, points)));
    return {};
  },

  async GetMetricStatistics(input, context) {
    const { Period: period } = input;
    const statistics = (input.Statistics ?? []).map((name) => [name, statisticNamed(context, name)] as const);
    const percentiles = (input.ExtendedStatistics ?? []).map((name) => [name, statisticNamed(context, name)] as const);
    checkPeriod(period);
    const endTime = input.EndTime.getTime();
    const startTime = roundStart(input.StartTime.getTime(), period, context.clock.now());
    if (statistics.length + percentiles.length === 0)
      throw invalidCombination("At least one of the parameters Statistics and ExtendedStatistics must be specified.");
    if (!(input.StartTime.getTime() < endTime))
      throw invalidCombination("The parameter StartTime must be less than the parameter EndTime.");
    const requested = Math.ceil((endTime - startTime) / (period * 1000));
    if (requested > mostStatisticsPoints)
      throw invalidCombination(
        `You have requested up to ${requested} datapoints, which exceeds the limit of ${mostStatisticsPoints}. ` +
          "You may reduce the datapoints requested by increasing Period, or decreasing the time range.",
      );
    const periods = await readPeriods(context.journals, journalOf(context, input), {
      startTime,
      endTime,
      origin: startTime,
      periodMilliseconds: period * 1000,
      unit: input.Unit,
      samples: percentiles.length > 0,
    });
    const evaluate = (chosen: readonly (readonly [string, Statistic])[], summary: Period) =>
      Object.fromEntries(
        chosen.flatMap(([name, statistic]) => {
          const value = statistic(summary);
          return value === undefined ? [] : [[name, value]];
        }),
      );
    return {
      Label: input.MetricName,
      Datapoints: periods.map((summary) => ({
        Timestamp: new Date(summary.time),
        Unit: summary.unit as NonNullable<typeof input.Unit>,
        ...evaluate(statistics, summary),
        ExtendedStatistics: percentiles.length ? evaluate(percentiles, summary) : undefined,
      })),
    };
  },

  GetMetricData: getMetricData,

  async ListMetrics(input, context) {
    const { Namespace, MetricName, Dimensions = [] } = input;
    // Only the journals of the namespace are read, and of the name where both are given.
    const prefix = journalPrefix(context, { Namespace, MetricName });
    const since = context.clock.now() - (input.RecentlyActive ? 3 * hour : activeMilliseconds);
    const wanted = ({ Dimensions: has, ...identity }: MetricIdentity) =>
      (MetricName ?? identity.MetricName) === identity.MetricName &&
      Dimensions.every((filter) =>
        has.some(({ Name, Value }) => Name === filter.Name && (filter.Value ?? Value) === Value),
      );

    const found: string[] = [];
    let after = input.NextToken === undefined ? undefined : Buffer.from(input.NextToken, "base64url").toString();
    if (after !== undefined && !after.startsWith(prefix)) throw invalidValue("The parameter NextToken is invalid.");
    const page = (last: string | undefined) => ({
      Metrics: found.map(metricOf),
      NextToken: last === undefined ? undefined : Buffer.from(last).toString("base64url"),
    });
    for (let lookedAt = 0; lookedAt < mostLookedAt; lookedAt += journalsAtOnce) {
      const journals = await context.journals.streams(prefix, after, journalsAtOnce);
      for (const journal of journals) {
        if (!wanted(identityOf(journal))) continue;
        const summary = await context.journals.summary(journal);
        if ((summary?.lastAppended ?? 0) < since) continue;
        if (found.length === listPageSize) return page(found.at(-1));
        found.push(journal);
      }
      if (journals.length < journalsAtOnce) return page(undefined);
      after = journals.at(-1);
    }
    return page(after);
  },
});

const metricOf = (journal: string) => {
  const identity = identityOf(journal);
  return { ...identity, Dimensions: [...identity.Dimensions] };
};
