import type { Fault } from "../../aws/faults.ts";
import { HandOn } from "../../frame/hand-on.ts";
import { plainOutput } from "../../wire/ready-document.ts";
import type { WireResponse } from "../../wire/wire.ts";
import type { HttpHandler } from "../http/http.ts";
import { atPath } from "../http/http-request.ts";
import { maximumHeadBytes } from "../http/malformed-http.ts";
import type { ToApi } from "./answer-front.ts";
import type { CallOperation } from "./context-factory.ts";
import { faultOf } from "./fault-of.ts";
import { admit, type HttpExchange, type HttpParts, headTooLarge, httpHalf } from "./http-half.ts";
import { type OperationExchange, operationHalf } from "./operation-half.ts";
import { readOnlyByStudio, safeForBrowsers } from "./safe-for-browsers.ts";
import { walkSteps } from "./walk-steps.ts";
import { writeFault } from "./write-fault.ts";

async function answer(exchange: HttpExchange): Promise<WireResponse> {
  await walkSteps(httpHalf, exchange);
  await walkSteps(operationHalf, exchange.called!);
  return exchange.found!.writeOutput(exchange.called!.output, exchange.requestId);
}

/** Returns what a front hands a request on with: the path, who it is from, and the region that it is for. */
const apiBehind =
  (exchange: HttpExchange): ToApi =>
  (path, caller, region) => {
    const { head } = exchange.request;
    const announced = head.headers["x-amz-content-sha256"] ?? "";
    const payloadHash = announced === "STREAMING-UNSIGNED-PAYLOAD-TRAILER" ? announced : "UNSIGNED-PAYLOAD";
    exchange.request = atPath(exchange.request, path);
    exchange.identified = { caller, region, payloadHash };
    return answer(exchange);
  };

/** Makes the handler of every request: the front that the request is for answers it, else both halves do. */
export function createHttpChain(parts: HttpParts): HttpHandler {
  return async (request) => {
    const began = performance.now();
    const exchange: HttpExchange = { parts, request, requestId: request.requestId ?? parts.newRequestId() };
    const front = parts.fronts.find(request.head);
    let fault: Fault | undefined;
    let response: WireResponse;
    try {
      if (front) {
        if (request.headBytes > maximumHeadBytes) throw headTooLarge();
        if (!front.duringReset) admit(exchange);
        response = await parts.fronts.answer(front, exchange, apiBehind(exchange));
      } else response = await answer(exchange);
    } catch (error) {
      // Whoever answers the request writes its line.
      if (error instanceof HandOn) throw error;
      fault = faultOf(error, exchange.requestId, exchange.found?.protocol);
      response = writeFault(exchange, fault);
    } finally {
      exchange.leave?.();
    }
    const { found } = exchange;
    if (front) response = found ? readOnlyByStudio(response) : response;
    else if (found?.service?.id === "s3") response = safeForBrowsers(request.head, response);
    parts.audit({
      began,
      requestId: exchange.requestId,
      via: "http",
      service: front && !found ? "front" : (found?.service?.id ?? "-"),
      operation: found ? found.operationName : (front?.name ?? ""),
      status: response.status,
      error: fault?.code,
      caller: exchange.caller,
      userAgent: request.head.headers["user-agent"],
    });
    return response;
  };
}

/** Makes the operation half for calls without HTTP. */
export function createCallChain(parts: Pick<HttpParts, "wire" | "handlers" | "audit">): CallOperation {
  const { wire, handlers, audit } = parts;
  return async (service, name, input, context) => {
    const began = performance.now();
    let fault: Fault | undefined;
    try {
      const exchange: OperationExchange = { handlers, operation: await wire.operation(service, name), input, context };
      await walkSteps(operationHalf, exchange);
      return plainOutput(exchange.output);
    } catch (error) {
      fault = faultOf(error, context.requestId);
      throw fault;
    } finally {
      audit({
        began,
        requestId: context.requestId,
        via: "call",
        service,
        operation: name,
        status: fault?.status ?? 200,
        error: fault?.code,
        caller: context.caller,
      });
    }
  };
}
