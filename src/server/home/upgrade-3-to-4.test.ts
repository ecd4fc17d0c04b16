import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFileJournalStore } from "../../stores/journals/files.ts";
import { bringToFormat } from "./bring-to-format.ts";
import { homeFormat } from "./format.ts";

let folder: string;
let home: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sagebrush-upgrade-"));
  home = join(folder, "home");
  mkdirSync(join(home, "journals"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const openJournals = (place = home) =>
  createFileJournalStore({ folder: join(place, "journals"), clock: { now: () => 3 } });
const formatIn = (place: string) => Number(readFileSync(join(place, "format"), "utf8"));

/** Fills the journals, and leaves them as a server that is killed does: one entry is in the log alone. */
async function leaveWritten(): Promise<void> {
  const journals = openJournals();
  await journals.append("captures/a", [{ time: 1, data: "synced" }]);
  await journals.append("captures/a", [{ time: 2, data: "written" }], { sync: false });
  cpSync(join(home, "journals"), join(folder, "killed"), { recursive: true });
  await journals.close();
  rmSync(join(home, "journals"), { recursive: true });
  cpSync(join(folder, "killed"), join(home, "journals"), { recursive: true });
  expect(readdirSync(join(home, "journals")).some((name) => name.startsWith("written-"))).toBe(true);
}

it("a home with entries that were written and not synced is upgraded with them, and an older server refuses it", async () => {
  await leaveWritten();
  writeFileSync(join(home, "format"), "3\n");
  const copy = join(folder, "home.format-3");
  expect(await bringToFormat(home)).toEqual({ from: 3, copy });
  expect([formatIn(home), formatIn(copy)]).toEqual([homeFormat, 3]);
  expect(existsSync(join(home, "upgrade.json"))).toBe(false);
  const journals = openJournals();
  expect(await journals.read("captures/a", 0, 9)).toMatchObject([{ data: "synced" }, { data: "written" }]);
  await journals.close();
  await expect(bringToFormat(home, 3)).rejects.toThrow(
    `${home} has format 4; this version of Sagebrush reads up to 3. Start a newer version, or give another --home.`,
  );
});

it("a new home has this format", async () => {
  rmSync(join(home, "journals"), { recursive: true });
  await bringToFormat(home);
  expect(formatIn(home)).toBe(4);
});
