import type { ResourcePolicy } from "../../aws/resource-policy.ts";
import type { Context } from "../../frame/context.ts";
import { guardingPolicy, ownPolicy } from "../../frame/guarding-policy.ts";
import type { WireInput, WireOperation } from "../../wire/wire.ts";
import { authorize as checkPermissions } from "./authorize.ts";
import type { Handlers, ServedOperation } from "./handlers.ts";
import type { Step } from "./walk-steps.ts";

/**
 * The operation half: whether the caller may, whether the input is valid, and the handler. It is the same for requests
 * and for calls made in process. Its result is audited; for a request the output is then written.
 */
export const operationHalf: readonly Step<OperationExchange>[] = [findHandler, authorize, checkConstraints, handle];

/** A call of an operation, once caller and input are known. */
export interface OperationExchange {
  readonly handlers: Handlers;
  readonly operation: WireOperation;
  readonly input: WireInput;
  readonly context: Context;
  served?: ServedOperation;
  output?: unknown;
}

/** Finds the handler before the caller is authorized, because the handler's unit says which permissions are needed. */
function findHandler(exchange: OperationExchange): void | Promise<void> {
  const served = exchange.handlers(exchange.operation);
  if (!(served instanceof Promise)) exchange.served = served;
  else
    return served.then((loaded) => {
      exchange.served = loaded;
    });
}

/** Checks that the caller may do this to that resource, and that the resource's own policy lets it. */
function authorize({ operation, input, context, served }: OperationExchange): void | Promise<void> {
  const check = (policy?: ResourcePolicy) =>
    checkPermissions(context.caller, operation, served!.permissions, input, context.region, policy);
  const guard = guardingPolicy(context, operation.service.id) ?? ownPolicyOf({ operation, input, context, served });
  return guard ? guard.then(check) : check();
}

function ownPolicyOf({ operation, input, context, served }: Omit<OperationExchange, "handlers">) {
  const { account, kinds, region } = context;
  const service = operation.service.id;
  if (!kinds.hasPolicies(service)) return undefined;
  const [permission] = served!.permissions?.(input, { account, region }) ?? [];
  return permission && ownPolicy(context, service, permission.resource);
}

/** Checks lengths, ranges, patterns and the like. */
function checkConstraints({ operation, input }: OperationExchange): void {
  operation.checkConstraints(input);
}

async function handle(exchange: OperationExchange): Promise<void> {
  exchange.output = await exchange.served!.handler(exchange.input, exchange.context);
}
