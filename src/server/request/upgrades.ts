import type { Fault } from "../../aws/faults.ts";
import type { Upgrades } from "../http/answer-upgrade.ts";
import type { FrontExchange } from "./answer-front.ts";
import { faultOf } from "./fault-of.ts";
import type { HttpParts } from "./http-half.ts";
import { asPage } from "./write-fault.ts";

/** Makes what answers requests to speak WebSocket: the front that one is for. */
export function createUpgrades({
  fronts,
  audit,
  newRequestId,
}: Pick<HttpParts, "fronts" | "audit" | "newRequestId">): Upgrades {
  return {
    takes: (head) => fronts.find(head)?.upgrade !== undefined,
    async answer(request, accept) {
      const began = performance.now();
      const exchange: FrontExchange = { request, requestId: request.requestId ?? newRequestId() };
      const front = fronts.find(request.head)!;
      let fault: Fault | undefined;
      try {
        await fronts.upgrade(front, exchange, accept);
      } catch (error) {
        fault = faultOf(error, exchange.requestId);
      }
      const { requestId, caller } = exchange;
      const userAgent = request.head.headers["user-agent"];
      const status = fault?.status ?? 101;
      const line = { began, requestId, status, error: fault?.code, caller, userAgent };
      audit({ ...line, via: "http", service: "front", operation: front.name });
      return fault && asPage(fault, requestId);
    },
  };
}
