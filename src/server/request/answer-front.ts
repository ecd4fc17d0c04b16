import type { Caller } from "../../aws/caller.ts";
import { frontFinder } from "../../fronts/find-front.ts";
import type { Front, ServerControls } from "../../fronts/front.ts";
import type { RequestHead, WireResponse } from "../../wire/wire.ts";
import type { HttpRequest } from "../http/http-request.ts";
import type { Authenticator } from "./authenticate.ts";
import type { ContextFactory } from "./context-factory.ts";
import { frontCaller } from "./service-caller.ts";

/** A request for a front; its caller is added as soon as it is known. */
export interface FrontExchange {
  readonly request: HttpRequest;
  readonly requestId: string;
  caller?: Caller;
}

/** Finds the front that a request is for, and lets it answer. */
export interface FrontDesk {
  find(head: RequestHead): Front | undefined;
  answer(front: Front, exchange: FrontExchange): Promise<WireResponse>;
}

const longestBodyBytes = 1024 * 1024;

export function createFrontDesk(options: {
  readonly fronts: readonly Front[];
  readonly authenticator: Authenticator;
  readonly contexts: ContextFactory;
  readonly account: string;
  /** The region in which fronts call operations. */
  readonly region: string;
  readonly server: ServerControls;
}): FrontDesk {
  const { fronts, authenticator, contexts, account, region, server } = options;
  return {
    find: frontFinder(fronts),
    async answer(front, exchange) {
      const { request, requestId } = exchange;
      const { head, local } = request;
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
      });
      exchange.caller = caller;
      const body = await request.body.whole(longestBodyBytes);
      const { call } = contexts.ofCaller({ caller, region, requestId });
      return front.handle({ head, local, body }, { requestId, caller, call, server: pick(server, front.uses) });
    },
  };
}

const pick = (server: ServerControls, uses: readonly (keyof ServerControls)[]): ServerControls =>
  Object.fromEntries(uses.map((use) => [use, server[use]])) as unknown as ServerControls;
