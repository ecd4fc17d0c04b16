import type { Item } from "../declare/item.ts";
import { valueAt } from "../declare/path.ts";
import { readPage } from "../logs/log-window.ts";
import { streamsOf } from "../logs/streams.ts";
import { isUnderWay } from "../values/status.tsx";
import type { Point, Series } from "./series.ts";

export const trainingLogs = "/aws/sagemaker/TrainingJobs";

/** Pages of a stream that are read for curves: half a million lines. */
const mostPages = 50;
/** A longer line is no line of metrics, and a regex takes long on it. */
const longestLine = 2000;

interface Definition {
  readonly Name: string;
  readonly Regex: string;
}

/** Reads the values of lines: the first group of each regex, in order. A value's step is its place among its own. */
export function curvesOf(definitions: readonly Definition[], lines: Iterable<string>): readonly Series[] {
  const compiled = definitions.flatMap(({ Name, Regex }) => {
    try {
      return [{ name: Name, regex: new RegExp(Regex), points: [] as Point[] }];
    } catch {
      // The service reads regexes that a browser may not.
      return [];
    }
  });
  for (const line of lines) {
    if (line.length > longestLine) continue;
    for (const { regex, points } of compiled) {
      const value = Number(regex.exec(line)?.[1] ?? Number.NaN);
      if (Number.isFinite(value)) points.push({ x: points.length, y: value });
    }
  }
  return compiled.filter(({ points }) => points.length > 0).map(({ name, points }) => ({ name, points }));
}

/** The question for a job's curves, which is asked again while it runs. */
export const curvesQuery = (job: Item, everyMilliseconds: number) => ({
  queryKey: ["curves", trainingLogs, job.TrainingJobName, job.TrainingJobStatus],
  queryFn: () => jobCurves(job),
  refetchInterval: isUnderWay(job.TrainingJobStatus) ? everyMilliseconds : (false as const),
});

/** The curves of a job's metrics, each value by its step, from its first log stream. */
export async function jobCurves(job: Item): Promise<readonly Series[]> {
  const definitions = (valueAt(job, "AlgorithmSpecification.MetricDefinitions") ?? []) as readonly Definition[];
  if (definitions.length === 0) return [];
  const name = String(job.TrainingJobName);
  const [stream] = await streamsOf(trainingLogs, `${name}/`);
  if (!stream) return [];
  const lines: string[] = [];
  let token: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const read = await readPage(trainingLogs, stream, { token, fromHead: true });
    for (const { message } of read.lines) if (message) lines.push(message);
    if (read.forward === token || read.lines.length === 0) break;
    token = read.forward;
  }
  return curvesOf(definitions, lines);
}
