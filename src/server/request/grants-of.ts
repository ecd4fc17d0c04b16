import type { Caller, Grant, Grants } from "../../aws/caller.ts";
import { roleGrants } from "./role-grants.ts";
import { serviceGrants } from "./service-grants.ts";

export const everything: readonly Grant[] = [{ actions: ["*"], resources: ["*"] }];
const nothing: readonly Grant[] = [];

export const grantsOf = (caller: Caller): Grants => ({
  allow: allowedBy[caller.kind](caller),
  deny: caller.deny ?? nothing,
});

const allowedBy: Readonly<Record<Caller["kind"], (caller: Caller) => readonly Grant[]>> = {
  administrator: () => everything,
  run: ({ grants }) => grants ?? nothing,
  role: () => roleGrants,
  service: ({ grants }) => grants ?? serviceGrants,
};
