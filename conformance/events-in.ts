import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { expect } from "vitest";

/** An entry of the change feed in a home: a change with the status after it, or an event. */
interface Fed {
  readonly status: string;
  readonly event: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Reads the entries of the feed that are about a document of that name, in their order. Nothing is written. */
export function feedOf(home: string, name: string): Fed[] {
  const database = new Sqlite(join(home, "resources.sqlite"), { readonly: true });
  try {
    const rows = database
      .prepare<[string], { status: string; event: string; detail: string }>(
        "select status, event, detail from feed where name = ? and not deleted order by sequence",
      )
      .all(name);
    return rows.map(({ detail, ...row }) => ({ ...row, detail: detail === "" ? {} : JSON.parse(detail) }));
  } finally {
    database.close();
  }
}

/**
 * Checks that the feed has one event for each change of state of a job, an endpoint or an experiment, in the order of the changes.
 * @param steps the secondary statuses that it has been through, where it has such
 */
export function checkEvents(home: string, name: string, steps: readonly (string | undefined)[] = []): void {
  const entries = feedOf(home, name);
  const events = entries.filter(({ event }) => event !== "");
  const changes = entries.filter(({ event }) => event === "").map(({ status }) => status);
  expect(withoutRepeats(events.map(statusOf)), `${name}: events and changes`).toEqual(withoutRepeats(changes));
  const states = events.map((one) => `${statusOf(one)} ${one.detail.SecondaryStatus}`);
  expect(withoutRepeats(states), `${name}: no event comes twice`).toEqual(states);
  const told = events.flatMap(({ detail }) => detail.SecondaryStatus ?? []);
  if (told.length > 0) expect(told, `${name}: events and steps`).toEqual(steps);
}

/** Events have the status of an endpoint as IN_SERVICE. */
function statusOf({ detail }: Fed): string {
  const { TrainingJobStatus, ProcessingJobStatus, TransformJobStatus, Status, EndpointStatus = "" } = detail;
  const words = String(EndpointStatus).toLowerCase().split("_");
  return String(
    TrainingJobStatus ??
      ProcessingJobStatus ??
      TransformJobStatus ??
      Status ??
      words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join(""),
  );
}

const withoutRepeats = (values: readonly string[]): string[] =>
  values.filter((value, index) => value !== values[index - 1]);
