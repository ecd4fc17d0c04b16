import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { bringToFormat } from "./bring-to-format.ts";
import type { HomeUpgrade } from "./home-upgrade.ts";

/**
 * How many calls into the file system succeed before the kill. Every later call fails too, so nothing is cleaned up.
 */
const life = vi.hoisted(() => ({ calls: Number.POSITIVE_INFINITY, links: true }));
const killed = "killed";

vi.mock("node:fs", async (original) => {
  const real = await original<typeof fs>();
  const changing = ["copyFileSync", "fsyncSync", "linkSync", "mkdirSync", "renameSync", "rmSync", "writeFileSync"];
  const mortal = changing.map((name) => {
    const call = real[name as "rmSync"] as (...given: unknown[]) => unknown;
    const mortalCall = (...given: unknown[]) => {
      live();
      if (name === "linkSync" && !life.links) throw Object.assign(new Error("another disk"), { code: "EXDEV" });
      return call(...given);
    };
    return [name, mortalCall];
  });
  return { ...real, ...Object.fromEntries(mortal) };
});

function live(): void {
  if (life.calls-- <= 0) throw new Error(killed);
}

/** A folder in memory where possible, because this test syncs hundreds of times. */
const temporary = fs.existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
let folder: string;
let home: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(temporary, "sagebrush-format-"));
  home = join(folder, "home");
});
afterEach(() => {
  Object.assign(life, { calls: Number.POSITIVE_INFINITY, links: true });
  fs.rmSync(folder, { recursive: true, force: true });
});

const template = fs.mkdtempSync(join(temporary, "sagebrush-format-1-"));
beforeAll(() => fillHome(template));
afterAll(() => fs.rmSync(template, { recursive: true }));
const makeHome = (path: string): void => fs.cpSync(template, path, { recursive: true });

/** Makes a home of format 1 whose database has its last row in the write-ahead log. */
function fillHome(path: string): void {
  for (const name of ["objects/bodies/01A", "journals/segments", "runs/01R", "address"])
    fs.mkdirSync(join(path, name), { recursive: true });
  const files = {
    format: "1\n",
    account: "123456789012\n",
    keys: "ID:SECRET\n",
    lease: "",
    "objects/bodies/01A/01AB": "a body",
    "journals/segments/1-0": "a segment",
    "runs/01R/log": "a line",
    "access.log": "{}\n",
  };
  for (const [name, content] of Object.entries(files)) fs.writeFileSync(join(path, name), content);
  const database = new Sqlite(join(path, "resources.sqlite"));
  database.pragma("journal_mode = WAL");
  database.exec("create table resource (kind text) strict; insert into resource values ('old')");
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.exec("insert into resource values ('newest')");
  for (const suffix of ["", "-wal"])
    fs.copyFileSync(join(path, `resources.sqlite${suffix}`), join(path, `kept${suffix}`));
  database.close();
  for (const suffix of ["", "-wal"])
    fs.renameSync(join(path, `kept${suffix}`), join(path, `resources.sqlite${suffix}`));
}

function rowsOf(path: string): string[] {
  const database = new Sqlite(join(path, "resources.sqlite"));
  try {
    return database.prepare("select kind from resource order by kind").pluck().all() as string[];
  } finally {
    database.close();
  }
}

/** Makes the upgrades from 1 to 2 and from 2 to 3, each a transaction that does nothing the second time. */
function rename(from: string, to: string): HomeUpgrade {
  return (path, copy) => {
    live();
    expect(fs.readFileSync(join(copy, "format"), "utf8")).toBe("1\n");
    const database = new Sqlite(join(path, "resources.sqlite"));
    database.exec(`update resource set kind = replace(kind, '${from}', '${to}')`);
    database.close();
    live();
  };
}
const steps = { 1: rename("old", "renamed"), 2: rename("newest", "last") };

function expectUpgraded(): void {
  expect(fs.readFileSync(join(home, "format"), "utf8")).toBe("3\n");
  expect(rowsOf(home)).toEqual(["last", "renamed"]);
  expect(fs.readdirSync(home)).not.toContain("upgrade.json");
  const copy = `${home}.format-1`;
  expect(fs.readFileSync(join(copy, "format"), "utf8")).toBe("1\n");
  expect(rowsOf(copy)).toEqual(["newest", "old"]);
  expect(fs.readdirSync(copy, { recursive: true }).sort()).toEqual(
    [
      ...["access.log", "account", "format", "keys", "resources.sqlite"],
      ...["journals", "journals/segments", "journals/segments/1-0"],
      ...["objects", "objects/bodies", "objects/bodies/01A", "objects/bodies/01A/01AB"],
    ].sort(),
  );
  for (const shared of ["objects/bodies/01A/01AB", "journals/segments/1-0"])
    expect(fs.statSync(join(copy, shared)).ino).toBe(fs.statSync(join(home, shared)).ino);
  for (const own of ["access.log", "keys", "resources.sqlite"])
    expect(fs.statSync(join(copy, own)).ino).not.toBe(fs.statSync(join(home, own)).ino);
  expect(fs.readdirSync(folder).sort()).toEqual(["home", "home.format-1"]);
}

describe("a home of an older format", () => {
  it("is copied beside itself, bodies linked, and upgraded format by format", async () => {
    makeHome(home);
    expect(await bringToFormat(home, 3, steps)).toEqual({ from: 1, copy: `${home}.format-1` });
    expectUpgraded();
    expect(await bringToFormat(home, 3, steps)).toBeUndefined();
  });

  it("has its bodies copied where they cannot be linked", async () => {
    makeHome(home);
    life.links = false;
    await bringToFormat(home, 3, steps);
    const body = "objects/bodies/01A/01AB";
    expect(fs.readFileSync(join(`${home}.format-1`, body), "utf8")).toBe("a body");
    expect(fs.statSync(join(home, body)).nlink).toBe(1);
  });

  it("is finished by the next start wherever the last one was killed, and its copy is always whole", async () => {
    let kills = 0;
    for (let calls = 0; ; calls++) {
      makeHome(home);
      life.calls = calls;
      let survived = true;
      try {
        await bringToFormat(home, 3, steps);
      } catch (error) {
        expect((error as Error).message).toBe(killed);
        survived = false;
      }
      life.calls = Number.POSITIVE_INFINITY;
      if (fs.existsSync(`${home}.format-1`)) expect(rowsOf(`${home}.format-1`)).toEqual(["newest", "old"]);
      await bringToFormat(home, 3, steps);
      expectUpgraded();
      for (const name of fs.readdirSync(folder)) fs.rmSync(join(folder, name), { recursive: true });
      if (survived) break;
      kills++;
    }
    expect(kills).toBeGreaterThan(30);
  });

  it("that the older version has used after a kill is copied again", async () => {
    makeHome(home);
    // Writing the new number fails: the copy is whole, and nothing is changed yet.
    const numberFile = join(home, "format.new");
    fs.mkdirSync(numberFile);
    await expect(bringToFormat(home, 3, steps)).rejects.toThrow();
    fs.rmdirSync(numberFile);
    const database = new Sqlite(join(home, "resources.sqlite"));
    database.exec("insert into resource values ('between')");
    database.close();
    await bringToFormat(home, 3, steps);
    expect(rowsOf(`${home}.format-1`)).toEqual(["between", "newest", "old"]);
  });

  it("leaves the copy of an earlier upgrade as it is", async () => {
    makeHome(home);
    fs.mkdirSync(`${home}.format-1`);
    fs.writeFileSync(join(`${home}.format-1`, "precious"), "");
    expect(await bringToFormat(home, 3, steps)).toEqual({ from: 1, copy: `${home}.format-1-2` });
    expect(fs.readdirSync(`${home}.format-1`)).toEqual(["precious"]);
    expect(rowsOf(`${home}.format-1-2`)).toEqual(["newest", "old"]);
  });

  it("without an upgrade is refused and left as it is", async () => {
    makeHome(home);
    await expect(bringToFormat(home, 3, { 1: steps[1] })).rejects.toThrow(
      /has format 2, from which this version has no upgrade/,
    );
    expect(fs.readFileSync(join(home, "format"), "utf8")).toBe("1\n");
    expect(fs.readdirSync(folder)).toEqual(["home"]);
  });

  it("is not upgraded further when its copy is missing", async () => {
    makeHome(home);
    const stops: HomeUpgrade = () => {
      throw new Error(killed);
    };
    await expect(bringToFormat(home, 2, { 1: stops })).rejects.toThrow(killed);
    fs.renameSync(`${home}.format-1`, join(folder, "elsewhere"));
    await expect(bringToFormat(home, 2, steps)).rejects.toThrow(/was interrupted, and .*home\.format-1 is missing/);
    fs.renameSync(join(folder, "elsewhere"), `${home}.format-1`);
    await bringToFormat(home, 2, steps);
    expect(rowsOf(home)).toEqual(["newest", "renamed"]);
  });
});

it("a new home has the format, and a newer one is refused", async () => {
  fs.mkdirSync(home);
  expect(await bringToFormat(home, 3, steps)).toBeUndefined();
  expect(fs.readFileSync(join(home, "format"), "utf8")).toBe("3\n");
  await expect(bringToFormat(home, 2, steps)).rejects.toThrow(/has format 3; this version of Sagebrush reads up to 2/);
});
