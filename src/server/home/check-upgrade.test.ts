import { mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readSettings } from "../settings/settings.ts";
import { bringToFormat } from "./bring-to-format.ts";
import { checkUpgrade } from "./check-upgrade.ts";
import type { HomeUpgrade } from "./home-upgrade.ts";
import { readUpgradeRecord, writeUpgradeRecord } from "./upgrade-record.ts";

let folder: string;
let home: string;
let copy: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sagebrush-check-upgrade-"));
  home = join(folder, "home");
  copy = `${home}.format-1`;
  mkdirSync(home);
  writeFileSync(join(home, "format"), "1\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const check = (held = false) => checkUpgrade({ settings: readSettings({ home }, {}), environment: {}, held });
const fails: HomeUpgrade = () => {
  throw new Error("The disk is full.");
};
const fail = () => expect(bringToFormat(home, 2, { 1: fails })).rejects.toThrow("The disk is full.");

it("says nothing where no upgrade was begun, or all are finished", async () => {
  expect(check()).toEqual([]);
  await bringToFormat(home, 2, { 1: () => {} });
  expect(check()).toEqual([]);
});

it("says why an upgrade failed, how it goes on, and how to go back", async () => {
  await fail();
  expect(check()).toEqual([
    {
      title: "Upgrade",
      mark: "wrong",
      words: `the upgrade of ${home} from format 1 failed: The disk is full; as it was before, the home is in ${copy}`,
      fix: `Mend that, then run: bin/sagebrush start --home ${home}. To go back to the older version, move ${home} away and ${copy} to its place.`,
    },
  ]);
  await bringToFormat(home, 2, { 1: () => {} });
  expect(check()).toEqual([]);
});

it("says that nothing has changed when the copy could not be finished", async () => {
  mkdirSync(join(home, "format.new"));
  await expect(bringToFormat(home, 2, { 1: fails })).rejects.toThrow();
  rmdirSync(join(home, "format.new"));
  const [finding] = check();
  expect(finding).toMatchObject({
    mark: "wrong",
    fix: expect.stringMatching(/An older version can still use the home/),
  });
  expect(finding!.words).toMatch(/failed: .*format\.new.*; nothing in the home has changed yet$/);
});

it("says that an upgrade was interrupted, and no longer why an earlier start failed", async () => {
  await fail();
  const interrupted: HomeUpgrade = () => {
    expect(readUpgradeRecord(home)).toEqual({ from: 1, copy: "home.format-1", reached: 1 });
    throw new Error("and its record is as after a kill");
  };
  await expect(bringToFormat(home, 2, { 1: interrupted })).rejects.toThrow("as after a kill");
  writeUpgradeRecord(home, { from: 1, copy: "home.format-1", reached: 1 });
  expect(check()).toEqual([
    {
      title: "Upgrade",
      mark: "note",
      words: `the upgrade of ${home} from format 1 was interrupted; as it was before, the home is in ${copy}`,
      fix: `The next start finishes it. Run: bin/sagebrush start --home ${home}`,
    },
  ]);
  expect(check(true)).toEqual([{ title: "Upgrade", words: `a server is upgrading ${home} from format 1` }]);
});

it("names the copy that is missing, and the start that misses it does not hide why", async () => {
  await fail();
  renameSync(copy, join(folder, "elsewhere"));
  await expect(bringToFormat(home, 2, { 1: () => {} })).rejects.toThrow("is missing");
  expect(check()).toMatchObject([
    {
      mark: "wrong",
      words: expect.stringContaining(`${copy} is missing, from which it goes on`),
      fix: `Put ${copy} back. Then run: bin/sagebrush start --home ${home}`,
    },
  ]);
  renameSync(join(folder, "elsewhere"), copy);
  expect(check()).toMatchObject([{ words: expect.stringContaining("failed: The disk is full") }]);
});

it("says what to do about a damaged record", async () => {
  await fail();
  writeFileSync(join(home, "upgrade.json"), "{");
  expect(check()).toMatchObject([
    {
      mark: "wrong",
      words: expect.stringContaining("upgrade.json is damaged"),
      fix: expect.stringMatching(/^Put the copy/),
    },
  ]);
  await expect(bringToFormat(home, 2, { 1: () => {} })).rejects.toThrow("upgrade.json is damaged");
});
