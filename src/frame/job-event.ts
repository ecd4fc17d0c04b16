import type { ResourceEvent } from "../stores/resources/port.ts";
import type { Kind } from "./define-kind.ts";
import type { Job, JobRuns } from "./job-definition.ts";
import type { JobActual } from "./job-state.ts";

/** Returns the event about a change of a job's status. */
export function jobEvent<Wanted>(
  kind: Kind<Wanted, JobActual>,
  { event }: Pick<JobRuns<Wanted>, "event">,
  { key, status, actual }: Pick<Job<Wanted>, "key" | "status" | "actual">,
): ResourceEvent {
  const { failureReason, transitions } = actual;
  const secondaryStatus = transitions.at(-1)?.Status;
  return { type: event, key, detail: { arn: kind.arn(key), status, secondaryStatus, failureReason } };
}
