import { type Fault, notBuiltFault } from "../aws/faults.ts";
import { type WireServiceId, wireServiceOf } from "../wire/wire-services.ts";
import type { Context } from "./context.ts";

/** How the handlers of a service refuse what AWS has and this version has not: nothing a user asks for is left out. */
export interface Refusals {
  /** `what`: a member, or a value with its member: "ServerlessConfig", "InputMode Pipe". `instead`: what to do now. */
  notBuilt(context: Pick<Context, "settings">, what: string, instead?: string): Fault;
  /** Refuses the first of the named members that asks for something. `path` is written before its name. */
  refuseMembers<T extends object>(
    context: Pick<Context, "settings">,
    owner: T,
    path: string,
    members: readonly (keyof T & string)[],
  ): void;
}

/** Returns the refusals with the code that the service gives them. Each service makes its own once. */
export function refusalsOf(service: WireServiceId): Refusals {
  const notBuilt: Refusals["notBuilt"] = ({ settings }, what, instead = "leave it out") => {
    const { notBuilt: fault, validationCode } = wireServiceOf(service);
    return notBuiltFault(fault ?? { code: validationCode }, what, settings.version, instead);
  };
  return {
    notBuilt,
    refuseMembers(context, owner, path, members) {
      for (const member of members) if (asksForSomething(owner[member])) throw notBuilt(context, path + member);
    },
  };
}

/** Whether a value asks for anything: not undefined, false, an empty text or list, nor a structure of these only. */
const asksForSomething = (value: unknown): boolean =>
  isStructure(value) ? Object.values(value).some(isGiven) : isGiven(value);

const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== false && value !== "" && !(Array.isArray(value) && value.length === 0);

const isStructure = (value: unknown): value is object =>
  typeof value === "object" && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value));
