import type { Caller } from "../../aws/caller.ts";
import type { Context, ServiceHost } from "../../frame/context.ts";
import type { AnyHandler } from "../../frame/define-operations.ts";
import type { Call } from "../../wire/call.ts";
import type { Wire, WireInput, WireOperation } from "../../wire/wire.ts";
import type { WireServiceId } from "../../wire/wire-services.ts";
import type { HttpRequest } from "../http/http-request.ts";
import type { AccessLog } from "./access-log.ts";
import { authorize } from "./authorize.ts";
import { faultOf } from "./fault-of.ts";

/** Makes what handlers are given. */
export interface ContextFactory {
  /** Of a request that came over HTTP. */
  ofRequest(of: { caller: Caller; region: string; requestId: string; request: HttpRequest }): Context;
  /** Of the service itself, for reconcilers and fronts; `signal` defaults to that of the server. */
  ofService(of: { account: string; region: string; requestId: string; signal?: AbortSignal }): Context;
}

export interface ContextFactoryOptions {
  readonly host: ServiceHost;
  readonly account: string;
  readonly wire: Wire;
  readonly handlerOf: (operation: WireOperation) => Promise<AnyHandler>;
  readonly accessLog: AccessLog;
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
}

const noHeaders = {};

export function createContextFactory(options: ContextFactoryOptions): ContextFactory {
  const { host, wire, handlerOf, accessLog, stopping } = options;

  /** The rest of the chain, for a call without HTTP: authorized, checked and logged like any other. */
  const callAs = async (service: WireServiceId, name: string, input: WireInput, from: Context): Promise<unknown> => {
    const started = performance.now();
    let operation: WireOperation | undefined;
    let refused: { status: number; code: string } | undefined;
    try {
      operation = await wire.operation(service, name);
      authorize(from.caller, operation, input, from.region);
      operation.checkConstraints(input);
      const handler = await handlerOf(operation);
      return await handler(input, from);
    } catch (error) {
      refused = faultOf(error, from.requestId);
      throw refused;
    } finally {
      accessLog.write({
        time: new Date().toISOString(),
        requestId: from.requestId,
        via: "call",
        service,
        operation: name,
        status: refused?.status ?? 200,
        error: refused?.code,
        milliseconds: Math.round((performance.now() - started) * 1000) / 1000,
        caller: from.caller.arn,
      });
    }
  };

  const serviceCaller = (account: string): Caller => ({
    kind: "administrator",
    account,
    arn: `arn:aws:sts::${account}:assumed-role/AWSServiceRoleForSageMaker/sagebrush`,
    userId: "AROASAGEBRUSHSERVICE0:sagebrush",
    accessKeyId: "",
  });

  const make = (of: {
    caller: Caller;
    region: string;
    requestId: string;
    headers: Readonly<Record<string, string>>;
    signal: () => AbortSignal;
  }): Context => {
    const { caller, region, requestId, headers } = of;
    const context: Context = {
      ...host,
      caller,
      account: caller.account,
      region,
      requestId,
      headers,
      // Most handlers never ask, and a signal costs as much as the rest of the context.
      get signal() {
        return of.signal();
      },
      call: ((service: WireServiceId, name: string, input: WireInput) =>
        callAs(service, name, input, headers === noHeaders ? context : make({ ...of, headers: noHeaders }))) as Call,
      asService: () =>
        make({ caller: serviceCaller(caller.account), region, requestId, headers: noHeaders, signal: of.signal }),
    };
    return context;
  };

  return {
    ofRequest: ({ caller, region, requestId, request }) =>
      make({
        caller,
        region,
        requestId,
        headers: request.head.headers,
        signal: () => AbortSignal.any([request.signal, stopping]),
      }),
    ofService: ({ account, region, requestId, signal = stopping }) =>
      make({ caller: serviceCaller(account), region, requestId, headers: noHeaders, signal: () => signal }),
  };
}
