import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import type { Inventory } from "./inventory.ts";

/** What make-home.ts notes beside a home. */
export interface HomeFixture {
  readonly commit: string;
  /** For `takeInventory`. */
  readonly metricsFrom: number;
  readonly inventory: Inventory;
}

export const readFixture = (format: number): HomeFixture =>
  JSON.parse(readFileSync(join(import.meta.dirname, `format-${format}.json`), "utf8")) as HomeFixture;

export const unpackFixture = (format: number, folder: string): void =>
  void execFileSync("tar", ["-C", folder, "-xzf", join(import.meta.dirname, `format-${format}.tar.gz`)]);

/**
 * Moves the metric points of a home of format 1 by so many milliseconds: points expire, and a fixture may be years old.
 * The write-ahead log stays one.
 */
export function shiftMetricPoints(home: string, milliseconds: number): void {
  const path = join(home, "journals", "index.sqlite");
  const database = new Sqlite(path);
  database.pragma("wal_autocheckpoint = 0");
  const chunks = database
    .prepare<[], { id: number; text: string }>(
      "select chunk.rowid as id, text from chunk join stream on stream.id = chunk.stream where name like 'metrics/%'",
    )
    .all();
  const update = database.prepare(
    "update chunk set text = ?, earliest = earliest + ?, latest = latest + ? where rowid = ?",
  );
  for (const { id, text } of chunks) {
    const entries = JSON.parse(`[${text}]`) as [time: number, appended: number, data: string][];
    const moved = entries.map(([time, appended, data]) => JSON.stringify([time + milliseconds, appended, data]));
    update.run(moved.join(), milliseconds, milliseconds, id);
  }
  database.prepare("update stream set latest = latest + ? where name like 'metrics/%'").run(milliseconds);
  // Closing the database removes the write-ahead log, so the files are copied before.
  for (const file of [path, `${path}-wal`]) copyFileSync(file, `${file}.moved`);
  database.close();
  for (const file of [path, `${path}-wal`]) renameSync(`${file}.moved`, file);
}
