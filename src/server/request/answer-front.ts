import type { Caller } from "../../aws/caller.ts";
import { Fault } from "../../aws/faults.ts";
import { frontFinder } from "../../fronts/find-front.ts";
import type { Front, FrontContext, FrontSocket, ServerControls, Session } from "../../fronts/front.ts";
import type { HostNames } from "../../wire/host-names.ts";
import type { RequestHead, WireResponse } from "../../wire/wire.ts";
import type { HttpRequest } from "../http/http-request.ts";
import type { StudioSessions } from "../sessions/studio-sessions.ts";
import type { Authenticator } from "./authenticate.ts";
import type { ContextFactory } from "./context-factory.ts";
import type { FrontGuard } from "./guard-front.ts";
import { frontCaller } from "./service-caller.ts";

/** A request for a front; its caller is added as soon as it is known. */
export interface FrontExchange {
  readonly request: HttpRequest;
  readonly requestId: string;
  caller?: Caller;
}

/** Answers a request as one of `caller` for a path of the AWS API. */
export type ToApi = (path: string, caller: Caller, region: string) => Promise<WireResponse>;

/** Finds the front that a request is for, and lets it answer. */
export interface FrontDesk {
  find(head: RequestHead): Front | undefined;
  answer(front: Front, exchange: FrontExchange, toApi: ToApi): Promise<WireResponse>;
  /** Lets the front of a request to speak WebSocket agree to it. */
  upgrade(front: Front, exchange: FrontExchange, accept: () => FrontSocket): Promise<void>;
}

const longestBodyBytes = 1024 * 1024;

export function createFrontDesk(options: {
  readonly fronts: readonly Front[];
  readonly names: HostNames;
  readonly guard: FrontGuard;
  readonly authenticator: Authenticator;
  readonly contexts: ContextFactory;
  readonly account: string;
  /** The region in which fronts call operations. */
  readonly region: string;
  readonly sessions: Pick<StudioSessions, "find">;
  readonly server: ServerControls;
}): FrontDesk {
  const { fronts, names, guard, authenticator, contexts, account, region, sessions, server } = options;

  async function identify(front: Front, exchange: FrontExchange) {
    const { request } = exchange;
    const { head, local } = request;
    let session: Session | undefined;
    const caller = await front.identify({
      head,
      local,
      async signedFor(signingName) {
        const { caller } = await authenticator(request, { family: "json", signingName }, longestBodyBytes);
        // Set here so that the audit has the caller even when the front refuses it.
        exchange.caller = caller;
        return caller;
      },
      anyone: (grants) => frontCaller(account, front.name, grants),
      async session() {
        session = await sessions.find(head);
        if (session === undefined) throw notSignedIn();
        exchange.caller = session.caller;
        return session;
      },
    });
    exchange.caller = caller;
    return { caller, session };
  }

  return {
    find: frontFinder(fronts, names),
    async answer(front, exchange, toApi) {
      const { request, requestId } = exchange;
      const { head, local } = request;
      const secure = guard(front.callers, request);
      const { caller, session } = await identify(front, exchange);
      const body = { whole: () => request.body.whole(longestBodyBytes), stream: () => request.body.stream() };
      const context: FrontContext = {
        ...{ requestId, caller, session },
        call: contexts.ofCaller({ caller, region, requestId }).call,
        server: pick(server, front.uses),
        toApi: (path, region) => toApi(path, caller, region),
      };
      return front.handle({ head, local, secure, body }, context);
    },
    async upgrade(front, exchange, accept) {
      const { head, local } = exchange.request;
      guard(front.callers, exchange.request, true);
      const known = await identify(front, exchange);
      front.upgrade!({ head, local, accept }, { ...known, server: pick(server, front.uses) });
    },
  };
}

const notSignedIn = (): Fault =>
  new Fault(
    "ExpiredTokenException",
    "You are not signed in, or no longer. `bin/sagebrush studio` prints a link that signs in.",
    { status: 401 },
  );

const pick = (server: ServerControls, uses: readonly (keyof ServerControls)[]): ServerControls =>
  Object.fromEntries(uses.map((use) => [use, server[use]])) as unknown as ServerControls;
