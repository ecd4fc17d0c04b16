import { expect, it } from "vitest";
import type { CopyNeeds } from "./copy-needs.ts";
import type { Fleet, Instance, Variant } from "./endpoint-fleet.ts";
import type { Host, HostingVariant } from "./hosting-variant.ts";
import { claimRoom, isRoomComing, placeCopies } from "./place-copies.ts";

const room: CopyNeeds = { cores: 4, accelerators: 2, memoryMegabytes: 16_000 };
const needs = (memoryMegabytes: number, cores = 0, accelerators = 0): CopyNeeds => ({
  cores,
  accelerators,
  memoryMegabytes,
});
const host = (id: string, claims: Host["claims"] = {}): Host => ({ id, claims });
const hosting = (hosts: readonly Host[], managed?: HostingVariant["managed"]): HostingVariant => ({
  ...{ name: "A", instanceType: "ml.g4dn.xlarge", role: "role", weight: 1, hosts },
  ...(managed && { managed }),
});
const copy = (at?: string): Instance => ({
  ...{ id: "copy", ready: false, failures: 0, notBefore: 0 },
  ...(at !== undefined && { host: at }),
});
const fleet = (copies: readonly Instance[], taken: CopyNeeds, more: Partial<Variant> = {}): Fleet => ({
  variants: [{ name: "A", instances: copies, needs: taken, ...more } as Variant],
});
const hostsOf = (placed: Fleet | undefined) => placed?.variants[0]?.instances.map((one) => one.host);

let made = 0;
const place = (variant: HostingVariant, next: Fleet, limit = 100) =>
  placeCopies(
    variant,
    room,
    { name: "own", serving: undefined, next, retiring: [] },
    () => limit,
    () => host(`new-${made++}`),
  );

it("copies are spread over the instances, or packed onto few", () => {
  const two = hosting([host("a", { other: { ...needs(6_000), copies: 1 } }), host("b")]);
  expect(hostsOf(place(two, fleet([copy(), copy(), copy()], needs(4_000))).next)).toEqual(["b", "b", "a"]);
  const packed = fleet([copy(), copy(), copy()], needs(4_000), { placement: "BINPACK" });
  expect(hostsOf(place(two, packed).next)).toEqual(["a", "a", "b"]);
});

it.each([
  ["memory", needs(9_000), ["a", undefined]],
  ["cores", needs(100, 2.5), ["a", undefined]],
  ["accelerators", needs(100, 0, 1), ["a", "a", undefined]],
  // Ten tenths are one, whatever their sum as doubles.
  ["fractions of cores", needs(100, 0.1), [...Array.from({ length: 40 }, () => "a"), undefined]],
] as const)("no more than an instance has of %s is taken", (_, taken, expected) => {
  const placed = place(
    hosting([host("a")]),
    fleet(
      expected.map(() => copy()),
      taken,
    ),
  );
  expect(hostsOf(placed.next)).toEqual(expected);
  expect(placed.lacking).toEqual({ added: false, next: true });
});

it("instances are added up to the most that a managed variant may have, and none for what never fits", () => {
  made = 0;
  const managed = { Status: "ENABLED", MinInstanceCount: 0, MaxInstanceCount: 2 } as const;
  const placed = place(hosting([], managed), fleet([copy(), copy(), copy()], needs(9_000)));
  expect(hostsOf(placed.next)).toEqual(["new-0", "new-1", undefined]);
  expect(placed.hosting.hosts.map(({ id }) => id)).toEqual(["new-0", "new-1"]);
  const huge = place(hosting([], managed), fleet([copy()], needs(20_000)));
  expect([hostsOf(huge.next), huge.hosting.hosts]).toEqual([[undefined], []]);
});

it("a copy stays where it is, is placed anew where its instance is gone, and waits beyond the limit", () => {
  const two = hosting([host("a"), host("b")]);
  expect(hostsOf(place(two, fleet([copy("a"), copy("gone"), copy()], needs(4_000)), 2).next)).toEqual([
    "a",
    "b",
    undefined,
  ]);
  const same = fleet([copy("a")], needs(4_000));
  expect(place(two, same).next).toBe(same);
});

it("what a component takes replaces what it took, and ends with its last copy", () => {
  const before = hosting([
    host("a", { own: { ...needs(1), copies: 9 }, other: { ...needs(2), copies: 1 } }),
    host("b"),
  ]);
  const retired = {
    variant: "A",
    instanceId: "i",
    runId: "r",
    stopAt: 0,
    stopped: true,
    host: "b",
    needs: needs(3_000),
  };
  const own = {
    name: "own",
    serving: fleet([copy("a"), copy("a")], needs(1_000)),
    next: fleet([copy("b"), copy()], needs(2_000)),
  };
  const claimed = claimRoom(before, { ...own, retiring: [retired] }, true);
  expect(claimed.hosts.map(({ claims }) => claims.own)).toEqual([
    { ...needs(2_000), copies: 2, leaving: true },
    { ...needs(5_000), copies: 2, leaving: true },
  ]);
  expect(claimed.hosts[0]!.claims.other).toEqual({ ...needs(2), copies: 1 });
  expect(claimRoom(claimed, { ...own, retiring: [retired] }, true)).toBe(claimed);
  expect([isRoomComing(claimed, "own"), isRoomComing(claimed, "other")]).toEqual([false, true]);
  const none = { name: "own", serving: undefined, next: undefined, retiring: [] };
  expect(claimRoom(claimed, none, true).hosts.map(({ claims }) => Object.keys(claims))).toEqual([["other"], []]);
});
