import { beforeEach, expect, it } from "vitest";
import { createSignInProofs, type SignInProofs } from "./sign-in-proofs.ts";

let now: number;
let proofs: SignInProofs;
beforeEach(() => {
  now = 1_000_000;
  proofs = createSignInProofs({ now: () => now });
});
const fiveMinutes = 5 * 60_000;

it.each([
  ["link", () => proofs.makeLink(), (text: string) => proofs.useLink(text)],
  ["challenge", () => proofs.makeChallenge(), (text: string) => proofs.useChallenge(text)],
] as const)("a %s is good once, for five minutes, and as it was made", (_what, make, use) => {
  const [first, second] = [make(), make()];
  expect(use(`${first}x`)).toBe(false);
  expect(use("")).toBe(false);
  expect([use(first), use(first)]).toEqual([true, false]);
  now += fiveMinutes;
  expect(use(second)).toBe(true);
  const late = make();
  now += fiveMinutes + 1;
  expect(use(late)).toBe(false);
});

it("a challenge of another server, or with a later end, is not good", () => {
  const other = createSignInProofs({ now: () => now }).makeChallenge();
  expect(proofs.useChallenge(other)).toBe(false);
  const [until, ...rest] = proofs.makeChallenge().split(".");
  expect(proofs.useChallenge([Number(until) + 1, ...rest].join("."))).toBe(false);
});

it("a hundred links wait at most", () => {
  const links = Array.from({ length: 101 }, () => proofs.makeLink());
  expect(links.map((link) => proofs.useLink(link))).toEqual([false, ...Array.from({ length: 100 }, () => true)]);
});
