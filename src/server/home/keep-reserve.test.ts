import { mkdtempSync, rmSync, type StatsFs, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { inReserve, keepReserve } from "./keep-reserve.ts";

const mebibyte = 1024 ** 2;
const disk = vi.hoisted(() => ({ freeBytes: 0 }));
vi.mock("node:fs", async (original) => ({
  ...(await original<typeof import("node:fs")>()),
  statfsSync: () => ({ bavail: disk.freeBytes, bsize: 1 }) as StatsFs,
}));

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sagebrush-reserve-"));
  said = [];
  disk.freeBytes = 100 * mebibyte;
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = () => join(folder, "reserve");
const held = () => (statSync(path(), { throwIfNoEntry: false })?.size ?? 0) / mebibyte;
const open = () => keepReserve(path(), (line) => said.push(line), 4 * mebibyte);

it("is taken when there is room for it twice, given back in pieces, and taken again", () => {
  disk.freeBytes = 7 * mebibyte;
  const reserve = open();
  reserve.look();
  expect(held()).toBe(0);
  disk.freeBytes = 8 * mebibyte;
  reserve.look();
  expect(held()).toBe(4);
  disk.freeBytes = 0;
  reserve.foundFull();
  reserve.foundFull();
  expect([reserve.giveBack(), reserve.giveBack(), held()]).toEqual([true, true, 2]);
  expect([reserve.mayGrow(), reserve.giveBack(), reserve.giveBack(), reserve.giveBack()]).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect(said).toEqual([
    expect.stringMatching(/is full\. .*`reset --yes`.*nothing new is stored until 8 MiB are free/),
  ]);
  disk.freeBytes = 8 * mebibyte;
  expect([reserve.mayGrow(), held()]).toEqual([true, 4]);
  expect(said.slice(1)).toEqual([expect.stringContaining("has room again")]);
});

it("gives its pieces back one after the other until what takes little room fits", () => {
  const full = Object.assign(new Error("full"), { code: "ENOSPC" });
  for (const [pieces, needed] of [
    [3, 2],
    [1, 2],
  ] as const) {
    let [left, tries] = [pieces as number, 0];
    const reserve = { foundFull: () => {}, giveBack: () => left-- > 0 };
    const work = () => {
      if (tries++ < needed) throw full;
      return "done";
    };
    if (pieces < needed) expect(() => inReserve(reserve, work)).toThrow(full);
    else expect(inReserve(reserve, work)).toBe("done");
    const other = () => {
      throw new Error("other");
    };
    expect(() => inReserve(reserve, other)).toThrow("other");
  }
});

it("gives room to the server that starts on a full disk, and to no other", () => {
  writeFileSync(path(), Buffer.alloc(4 * mebibyte));
  disk.freeBytes = 2 * mebibyte;
  expect([open().mayGrow(), held(), said.length]).toEqual([true, 4, 0]);
  disk.freeBytes = 0;
  expect([open().mayGrow(), held(), said.length]).toEqual([false, 0, 1]);
});
