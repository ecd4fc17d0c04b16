import type { Caller, Grant } from "../../../aws/caller.ts";
import type { Context } from "../../../frame/context.ts";
import { invalidRequest } from "./athena-faults.ts";
import type { QueryCaller } from "./athena-kinds.ts";

/** Returns as whom a query of this caller goes on after the answer. @throws Fault for one that cannot */
export function queryCaller({ kind, arn, account, grants, deny }: Caller): QueryCaller {
  if ((deny ?? []).length > 0)
    throw invalidRequest("A caller whose session denies actions cannot start queries in this version.");
  if (kind === "administrator") return { kind };
  const role = /:assumed-role\/([^/]+)\//.exec(arn)?.[1];
  if (kind === "role" && role !== undefined) return { kind, role: `arn:aws:iam::${account}:role/${role}` };
  return { kind: "granted", grants: grants ?? [] };
}

const everything: readonly Grant[] = [{ actions: ["*"], resources: ["*"] }];

/** What the service may do for the query, which is what its caller may. */
export const grantsOf = (caller: QueryCaller): readonly Grant[] =>
  caller.kind === "administrator" ? everything : caller.kind === "granted" ? caller.grants : [];

/** Returns the context of a query's caller. */
export const asCaller = (context: Context, caller: QueryCaller): Context =>
  caller.kind === "role" ? context.as(caller.role) : context;
