import type { Caller, Grant } from "../../aws/caller.ts";
import type { Context, ServiceHost } from "../../frame/context.ts";
import type { Call } from "../../wire/call.ts";
import type { WireInput } from "../../wire/wire.ts";
import type { WireServiceId } from "../../wire/wire-services.ts";
import type { HttpRequest } from "../http/http-request.ts";
import { assumedRole } from "./assumed-role.ts";
import { decide } from "./authorize.ts";
import { serviceCaller } from "./service-caller.ts";

export interface ContextFactory {
  /** Makes the context of an operation called over HTTP. */
  ofRequest(of: { caller: Caller; region: string; requestId: string; request: HttpRequest }): Context;
  /** Makes the context of a caller that a front has identified. */
  ofCaller(of: { caller: Caller; region: string; requestId: string; signal?: AbortSignal }): Context;
  /**
   * Makes the context of the service itself, acting for the document whose ARN is `origin`; `signal` defaults to the
   * server's.
   */
  ofService(of: {
    account: string;
    region: string;
    requestId: string;
    origin: string;
    signal?: AbortSignal;
    /** Beyond the grants that the service has anyway. */
    grants?: readonly Grant[] | undefined;
  }): Context;
}

/** Calls an operation in process, as the caller of the context. */
export type CallOperation = (
  service: WireServiceId,
  name: string,
  input: WireInput,
  context: Context,
) => Promise<unknown>;

export interface ContextFactoryOptions {
  readonly host: ServiceHost;
  readonly call: CallOperation;
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
}

/** What differs between the contexts of one server. */
interface Particulars {
  readonly caller: Caller;
  readonly origin: string;
  readonly region: string;
  readonly requestId: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: () => AbortSignal;
}

const noHeaders = {};

export function createContextFactory({ host, call, stopping }: ContextFactoryOptions): ContextFactory {
  const { roles } = host.settings;

  function make(of: Particulars): Context {
    const { caller, region, requestId, origin, headers } = of;
    const context: Context = {
      ...host,
      caller,
      account: caller.account,
      region,
      requestId,
      origin,
      headers,
      // Created on demand: most handlers never ask for the signal, and it costs as much as the rest of the context.
      get signal() {
        return of.signal();
      },
      call: ((service: WireServiceId, name: string, input: WireInput) =>
        call(service, name, input, headers === noHeaders ? context : inProcess(of, caller))) as Call,
      decide: (permission) => decide(caller, permission),
      as: (roleArn) => inProcess(of, assumedRole(caller, roleArn, roles)),
      asService: () => inProcess(of, serviceCaller(caller.account)),
    };
    return context;
  }

  /** Makes a context without headers: these belong to one operation, not to the calls that its handler makes. */
  const inProcess = (of: Particulars, caller: Caller) => make({ ...of, caller, headers: noHeaders });

  const ofCaller = (
    caller: Caller,
    origin: string,
    { region, requestId, signal = stopping }: { region: string; requestId: string; signal?: AbortSignal },
  ) => make({ caller, origin, region, requestId, headers: noHeaders, signal: () => signal });

  return {
    ofRequest: ({ caller, region, requestId, request }) =>
      make({
        caller,
        origin: caller.arn,
        region,
        requestId,
        headers: request.head.headers,
        signal: () => AbortSignal.any([request.signal, stopping]),
      }),
    ofCaller: (of) => ofCaller(of.caller, of.caller.arn, of),
    ofService: (of) => ofCaller(serviceCaller(of.account, of.grants), of.origin, of),
  };
}
