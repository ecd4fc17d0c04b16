import type { Context } from "../../../frame/context.ts";
import type { FollowedRun, ShippedLines } from "../../../frame/define-reconciler.ts";
import type { MetricDefinition } from "../../../images/define-image.ts";
import { type LogPlace, openLog, shipLines, shippedLines } from "../../../runs/ship-log.ts";
import {
  createMetricReader,
  lastValues,
  type MetricValue,
  putMetrics,
  putMissingMetrics,
  readStreamMetrics,
} from "./training-metrics.ts";

export const trainingLogGroup = "/aws/sagemaker/TrainingJobs";

/** All attempts of a job write to one stream: clients expect as many streams as instances. */
export const trainingLogPlace = (jobName: string, created: number): LogPlace => ({
  logGroupName: trainingLogGroup,
  logStreamName: `${jobName}/algo-1-${Math.floor(created / 1000)}`,
});

/** The log of one job and the metrics in it. */
export interface TrainingLog {
  /** Makes the stream, or brings what a killed server left to its end; gives how far the stream is. */
  resume(): Promise<ShippedLines | undefined>;
  /** Takes the run's new lines to the stream and their values to CloudWatch. */
  ship(run: FollowedRun): Promise<void>;
  finalMetrics(): Promise<MetricValue[]>;
}

export function createTrainingLog(
  context: Context,
  job: { readonly name: string; readonly created: number; readonly definitions: readonly MetricDefinition[] },
): TrainingLog {
  const place = trainingLogPlace(job.name, job.created);
  const read = createMetricReader(job.definitions);
  const { reached } = context.settings;
  return {
    async resume() {
      await openLog(context, place);
      reached("training-job:log-opened");
      const shipped = await shippedLines(context, place);
      if (shipped) await putMissingMetrics(context, job.name, readStreamMetrics(context, place, read), job.created);
      return shipped;
    },

    async ship(run) {
      if (run.lines.length === 0) return;
      reached("training-job:before-log");
      const shipped = await shipLines(context, place, run);
      reached("training-job:after-log");
      await putMetrics(context, job.name, read(shipped));
      reached("training-job:after-metrics");
    },

    finalMetrics: () => lastValues(readStreamMetrics(context, place, read)),
  };
}
