import { type Fault, validationFault } from "../aws/faults.ts";
import type { Context } from "./context.ts";

/**
 * Makes the refusal of something that AWS can do and this version cannot: nothing that a user asks for is dropped
 * silently. `what` is a member, or a value with its member: "ServerlessConfig", "InputMode Pipe".
 */
export const notBuilt = (context: Pick<Context, "settings">, what: string, instead = "leave it out"): Fault =>
  validationFault(
    `${what} is not built in Sagebrush ${context.settings.version}; ${instead}. What is built: docs/coverage.md.`,
  );

/** Refuses the first of the named members that has a value. An empty list or structure counts as no value. */
export function refuseMembers<T extends object>(
  context: Pick<Context, "settings">,
  owner: T,
  path: string,
  members: readonly (keyof T & string)[],
): void {
  for (const member of members) {
    const value: unknown = owner[member];
    if (value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0))
      continue;
    throw notBuilt(context, path + member);
  }
}

/** Refuses network isolation when no executor can provide it. */
export function refuseNetworkIsolation(
  context: Pick<Context, "settings" | "executors">,
  { EnableNetworkIsolation }: { readonly EnableNetworkIsolation?: boolean },
): void {
  if (EnableNetworkIsolation && !context.executors.all.some(({ abilities }) => abilities.networkIsolation)) {
    throw notBuilt(context, "EnableNetworkIsolation");
  }
}
