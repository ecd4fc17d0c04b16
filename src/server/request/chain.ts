import type { Caller } from "../../aws/caller.ts";
import { Fault } from "../../aws/faults.ts";
import type { Context } from "../../frame/context.ts";
import type { AnyHandler } from "../../frame/define-operations.ts";
import type { Front, FrontContext } from "../../fronts/front.ts";
import type { SignatureFamily } from "../../wire/signature-faults.ts";
import type { SignatureRules } from "../../wire/sigv4.ts";
import type { FoundRequest, Wire, WireInput, WireOperation, WireResponse } from "../../wire/wire.ts";
import type { HttpHandler } from "../http/http.ts";
import type { HttpRequest } from "../http/http-request.ts";
import { streamedBody, wholeBody } from "../http/input-body.ts";
import { maximumHeadBytes } from "../http/malformed-http.ts";
import type { AccessLog } from "./access-log.ts";
import type { Authenticator, Identified } from "./authenticate.ts";
import { authorize as checkGrants } from "./authorize.ts";
import type { ContextFactory } from "./context-factory.ts";
import { faultOf } from "./fault-of.ts";

/** What the steps work with. */
export interface ChainParts {
  readonly wire: Wire;
  readonly authenticator: Authenticator;
  readonly handlerOf: (operation: WireOperation) => Promise<AnyHandler>;
  readonly contexts: ContextFactory;
  readonly fronts: readonly Front[];
  readonly frontContext: (requestId: string) => FrontContext;
  readonly accessLog: AccessLog;
  readonly newRequestId: () => string;
}

/** A request on its way. Each step adds what it found out; a Fault thrown by any of them is the answer. */
interface Exchange extends ChainParts {
  readonly request: HttpRequest;
  readonly requestId: string;
  found?: FoundRequest;
  identified?: Identified;
  operation?: WireOperation;
  input?: WireInput;
  context?: Context;
  output?: unknown;
  response?: WireResponse;
}

/** The path of a request to the AWS API, in order. */
const chain: readonly ((exchange: Exchange) => void | Promise<void>)[] = [
  find,
  authenticate,
  refuseUnserved,
  readInput,
  authorize,
  checkConstraints,
  handle,
  writeOutput,
];

/** Which service, operation and protocol. */
async function find(exchange: Exchange): Promise<void> {
  const { wire, request } = exchange;
  const form = wire.needsForm(request.head) ? await request.body.whole(longestFormBytes) : undefined;
  exchange.found = await wire.find(request.head, form);
  if (request.headBytes > maximumHeadBytes) throw headTooLarge(exchange.found);
}

/** Whose signature it is, and in which region the request is meant. */
async function authenticate(exchange: Exchange): Promise<void> {
  const found = exchange.found!;
  if (!found.service) throw found.refusal!;
  const rules = signatureRules(found.protocol, found.service.signingName);
  exchange.identified = await exchange.authenticator(exchange.request, rules, found.body.maximumBytes);
}

/** Operations without a handler, once we know who asks. */
function refuseUnserved(exchange: Exchange): void {
  const { refusal, operation } = exchange.found!;
  if (refusal) throw refusal;
  exchange.operation = operation!;
}

/** Bytes become the typed input. */
async function readInput(exchange: Exchange): Promise<void> {
  const { request } = exchange;
  const found = exchange.found!;
  const identified = exchange.identified!;
  const body =
    found.body.mode === "stream"
      ? streamedBody(request, identified)
      : await wholeBody(request, identified, found.body.maximumBytes);
  exchange.input = found.readInput(body);
}

/** Whether the caller may do this to that resource. */
function authorize(exchange: Exchange): void {
  const { caller, region } = exchange.identified!;
  checkGrants(caller, exchange.operation!, exchange.input!, region);
}

/** Lengths, ranges, patterns and the like. */
function checkConstraints(exchange: Exchange): void {
  exchange.operation!.checkConstraints(exchange.input!);
}

async function handle(exchange: Exchange): Promise<void> {
  const { request, requestId } = exchange;
  const { caller, region } = exchange.identified!;
  const handler = await exchange.handlerOf(exchange.operation!);
  const context = exchange.contexts.ofRequest({ caller, region, requestId, request });
  exchange.output = await handler(exchange.input, context);
}

function writeOutput(exchange: Exchange): void {
  exchange.response = exchange.found!.writeOutput(exchange.output, exchange.requestId);
}

const longestFormBytes = 8 * 1024 * 1024;

const families: Readonly<Partial<Record<FoundRequest["protocol"], SignatureFamily>>> = {
  restXml: "s3",
  awsQuery: "query",
};
const signatureRules = (protocol: FoundRequest["protocol"], signingName: string): SignatureRules => ({
  family: families[protocol] ?? "json",
  signingName,
});

const headTooLarge = (found?: FoundRequest): Fault =>
  found?.protocol === "restXml"
    ? new Fault(
        "RequestHeaderSectionTooLarge",
        "Your request header and query parameters exceed the maximum allowed size.",
        { members: { MaxSizeAllowed: String(maximumHeadBytes) } },
      )
    : new Fault("RequestHeaderFieldsTooLarge", `The headers may have ${maximumHeadBytes} bytes at most.`, {
        status: 431,
      });

/** Answers every request: by the front that serves it, else by the chain. */
export function createChain(parts: ChainParts): HttpHandler {
  return async (request) => {
    const started = performance.now();
    const exchange: Exchange = { ...parts, request, requestId: parts.newRequestId() };
    const front = parts.fronts.find((each) => each.serves(request.head));
    let fault: Fault | undefined;
    try {
      if (front) await answerFront(front, exchange);
      else for (const step of chain) await step(exchange);
    } catch (error) {
      fault = faultOf(error, exchange.requestId, exchange.found?.protocol);
      exchange.response = writeFault(exchange, fault);
    }
    const response = exchange.response!;
    parts.accessLog.write({
      time: new Date().toISOString(),
      requestId: exchange.requestId,
      via: "http",
      service: front ? "front" : (exchange.found?.service?.id ?? "-"),
      operation: front?.name ?? exchange.found?.operationName ?? "",
      status: response.status,
      error: fault?.code,
      milliseconds: Math.round((performance.now() - started) * 1000) / 1000,
      caller: exchange.identified?.caller.arn,
      userAgent: request.head.headers["user-agent"],
    });
    return response;
  };
}

const longestFrontBodyBytes = 1024 * 1024;

async function answerFront(front: Front, exchange: Exchange): Promise<void> {
  const { request, requestId } = exchange;
  if (request.headBytes > maximumHeadBytes) throw headTooLarge();
  if (front.caller !== "anyone") {
    const rules: SignatureRules = { family: "json", signingName: front.caller.signedFor };
    exchange.identified = await exchange.authenticator(request, rules, longestFrontBodyBytes);
    refuseRuns(exchange.identified.caller, front);
  }
  const body = await request.body.whole(longestFrontBodyBytes);
  exchange.response = await front.handle(
    { head: request.head, body, local: request.local },
    exchange.frontContext(requestId),
  );
}

function refuseRuns(caller: Caller, front: Front): void {
  if (caller.kind === "administrator") return;
  throw new Fault("AccessDeniedException", `User: ${caller.arn} is not authorized to use ${front.name}`, {
    status: 403,
  });
}

function writeFault({ found, requestId }: Exchange, fault: Fault): WireResponse {
  if (found) return found.writeFault(fault, requestId);
  return {
    status: fault.status,
    headers: { "Content-Type": "application/json", "x-amzn-RequestId": requestId, "x-amzn-ErrorType": fault.code },
    body: JSON.stringify({ __type: fault.code, message: fault.message }),
  };
}
