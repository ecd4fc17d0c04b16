import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFileJournalStore } from "../../stores/journals/files.ts";
import { createSqliteResourceStore } from "../../stores/resources/sqlite.ts";
import { upgrade2To3 } from "./upgrade-2-to-3.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "sagebrush-upgrade-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const place = { account: "123456789012", region: "us-west-2" };
const clock = { now: () => 3 };
const openResources = () => createSqliteResourceStore({ path: join(home, "resources.sqlite"), clock });

/** Makes a home of format 2 with a group, a stream with events and one without, and the journals of a metric. */
async function fillHome(): Promise<void> {
  mkdirSync(join(home, "journals"));
  const resources = openResources();
  const put = (kind: string, name: string, id: string) => ({
    put: { key: { ...place, kind, name }, id, schema: 1, created: 1, modified: 2, wanted: { name }, actual: {} },
    expected: "absent" as const,
  });
  await resources.write([
    put("logs/log-group", "/group", "01G"),
    put("logs/log-stream", "/group\u001Fa/b", "01A"),
    put("logs/log-stream", "/group\u001Fempty", "01B"),
    put("s3/bucket", "/group", "01C"),
  ]);
  await resources.close();
  const index = new Sqlite(join(home, "journals", "index.sqlite"));
  index.exec(`
    create table stream (
      id integer primary key autoincrement, name text not null unique,
      next integer not null default 0, size_bytes integer not null default 0, last_appended integer,
      latest real, ordered integer not null default 1,
      tail_chunks integer not null default 0, tail_characters integer not null default 0
    ) strict;
    create table chunk (
      stream integer not null, first integer not null, count integer not null, size_bytes integer not null,
      earliest real not null, latest real not null,
      text text, file text, "offset" integer, length integer, crc integer
    ) strict;
    insert into stream values
      (1, 'logs/123456789012/us-west-2/01A', 2, 3, 9, 70, 0, 1, 20), (2, 'metrics/m', 1, 1, 9, 5, 1, 1, 9);
    insert into chunk (stream, first, count, size_bytes, earliest, latest, text) values
      (1, 0, 2, 3, 60, 70, '[70,9,"é"],[60,9,"x"]'), (2, 0, 1, 1, 5, 5, '[5,9,"1"]')`);
  index.close();
}

it("puts the journals of log streams into the folders of their groups, however often it runs", async () => {
  await fillHome();
  for (const _ of ["once", "after it was killed at its end"]) upgrade2To3(home, "");
  const resources = openResources();
  const { documents } = await resources.list("logs/log-stream", { ...place, limit: 9 });
  expect(documents.map(({ actual, version }) => [actual, version])).toEqual([
    [{ groupId: "01G" }, 1],
    [{ groupId: "01G" }, 1],
  ]);
  expect(await resources.get({ ...place, kind: "s3/bucket", name: "/group" })).toMatchObject({ actual: {} });
  await resources.close();

  const journals = createFileJournalStore({ folder: join(home, "journals"), clock });
  const folder = "logs/123456789012/us-west-2/01G";
  const [empty, filled] = [`${folder}\u001Fempty\u001F01B`, `${folder}\u001Fa/b\u001F01A`];
  expect(await journals.folder(folder)).toEqual({ streams: 2, sizeBytes: 3 });
  expect((await journals.byTime(folder, { limit: 9 })).streams).toEqual([empty, filled]);
  expect(await journals.read(filled, 0, 9)).toMatchObject([{ data: "é" }, { data: "x" }]);
  expect(await journals.summary(filled)).toMatchObject({
    firstTime: 60,
    lastTime: 70,
    lastAppended: 9,
    ordered: false,
  });
  expect(await journals.summary("metrics/m")).toMatchObject({ next: 1, lastTime: 5 });
  expect(await journals.streams("", undefined, 9)).toHaveLength(3);
  await journals.close();
});

it("leaves a home alone that is empty, because its first start was killed", () => upgrade2To3(home, ""));
