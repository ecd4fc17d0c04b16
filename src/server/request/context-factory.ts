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
    /** Who it is instead of the service. */
    caller?: Caller | undefined;
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
  /** Returns the signal that aborts when calls of now are to end: the server stops, or is reset. */
  readonly stopping: () => AbortSignal;
}

/** What differs between the contexts of one server. */
interface Particulars {
  readonly caller: Caller;
  readonly region: string;
  readonly requestId: string;
}

const noHeaders = {};

export function createContextFactory({ host, call, stopping }: ContextFactoryOptions): ContextFactory {
  const { roles } = host.settings;

  /**
   * A context is made for every call, and most handlers use little of it. So the host's members are on the prototype,
   * and what is costly is made when it is asked for.
   */
  class CallContext extends inheriting(host) implements Context {
    readonly caller: Caller;
    readonly account: string;
    readonly region: string;
    readonly requestId: string;
    readonly origin: string;
    readonly headers: Readonly<Record<string, string>>;
    private readonly findSignal: () => AbortSignal;

    constructor(
      { caller, region, requestId }: Particulars,
      origin: string,
      signal: () => AbortSignal,
      headers: Readonly<Record<string, string>> = noHeaders,
    ) {
      super();
      this.caller = caller;
      this.account = caller.account;
      this.region = region;
      this.requestId = requestId;
      this.origin = origin;
      this.headers = headers;
      this.findSignal = signal;
    }

    get signal(): AbortSignal {
      return this.findSignal();
    }

    get call(): Call {
      const inner = this.headers === noHeaders ? this : this.actingAs(this.caller);
      return ((service: WireServiceId, name: string, input: WireInput) => call(service, name, input, inner)) as Call;
    }

    get decide(): Context["decide"] {
      return (permission) => decide(this.caller, permission);
    }

    get as(): Context["as"] {
      return (roleArn) => this.actingAs(assumedRole(this.caller, roleArn, roles));
    }

    get asService(): Context["asService"] {
      return (source) => this.actingAs({ ...serviceCaller(this.account), ...(source && { source }) });
    }

    /** Makes a context without headers: these belong to one operation, not to the calls that its handler makes. */
    private actingAs(caller: Caller): CallContext {
      const { region, requestId } = this;
      return new CallContext({ caller, region, requestId }, this.origin, this.findSignal);
    }
  }

  return {
    ofRequest: (of) =>
      new CallContext(
        of,
        of.caller.arn,
        () => AbortSignal.any([of.request.signal, stopping()]),
        of.request.head.headers,
      ),
    ofCaller: (of) => new CallContext(of, of.caller.arn, () => of.signal ?? stopping()),
    ofService({ account, grants, origin, region, requestId, signal, caller = serviceCaller(account, grants) }) {
      return new CallContext({ caller, region, requestId }, origin, () => signal ?? stopping());
    },
  };
}

/** Returns a class whose instances have the members of `host` by prototype. */
function inheriting(host: ServiceHost): new () => ServiceHost {
  function Inheriting() {}
  Inheriting.prototype = host;
  return Inheriting as unknown as new () => ServiceHost;
}
