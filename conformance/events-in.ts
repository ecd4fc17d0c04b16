import { join } from "node:path";
import Sqlite from "better-sqlite3";

/** An entry of the change feed in a home: a change with the status after it, or an event. */
export interface Fed {
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
        "select status, event, detail from feed where name = ? order by sequence",
      )
      .all(name);
    return rows.map(({ status, event, detail }) => ({
      status,
      event,
      detail: detail === "" ? {} : JSON.parse(detail),
    }));
  } finally {
    database.close();
  }
}
