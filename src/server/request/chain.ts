import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { Fault } from "../../aws/faults.ts";
import type { Context } from "../../frame/context.ts";
import { HandOn } from "../../frame/hand-on.ts";
import { refusalsOf } from "../../frame/not-built.ts";
import type { SignatureRules } from "../../wire/read-signature.ts";
import type { SignatureFamily } from "../../wire/signature-faults.ts";
import type { FoundRequest, Wire, WireInput, WireOperation, WireResponse } from "../../wire/wire.ts";
import type { Upgrades } from "../http/answer-upgrade.ts";
import { decodeContent } from "../http/content-encoding.ts";
import type { HttpHandler } from "../http/http.ts";
import { atPath, type HttpRequest } from "../http/http-request.ts";
import { streamedBody, wholeBody } from "../http/input-body.ts";
import { maximumHeadBytes } from "../http/malformed-http.ts";
import { tooLarge } from "../http/request-body.ts";
import type { Admission } from "./admission.ts";
import type { FrontDesk, FrontExchange, ToApi } from "./answer-front.ts";
import type { Audit } from "./audit.ts";
import type { Authenticator, Identified } from "./authenticate.ts";
import { authorize as checkPermissions } from "./authorize.ts";
import type { CallOperation, ContextFactory } from "./context-factory.ts";
import { faultOf } from "./fault-of.ts";
import type { Handlers, ServedOperation } from "./handlers.ts";
import { readOnlyByStudio, safeForBrowsers } from "./safe-for-browsers.ts";

/** The HTTP half: which operation is called, by whom, with which input. */
const httpHalf: readonly Step<HttpExchange>[] = [find, authenticate, refuseUnserved, readInput, admit];

/**
 * The operation half: whether the caller may, whether the input is valid, and the handler. It is the same for requests
 * and for calls made in process. Its result is audited; for a request the output is then written.
 */
const operationHalf: readonly Step<OperationExchange>[] = [findHandler, authorize, checkConstraints, handle];

type Step<Exchange> = (exchange: Exchange) => void | Promise<void>;

/** A request on its way. Each step adds what it found out; a Fault thrown by a step becomes the response. */
interface HttpExchange extends Omit<FrontExchange, "request"> {
  readonly parts: HttpParts;
  /** As it came, or as a front has handed it on. */
  request: HttpRequest;
  /** The decoded body of a form post. */
  form?: Uint8Array;
  found?: FoundRequest;
  identified?: Identified;
  called?: OperationExchange;
  /** Tells that the request has ended. */
  leave?: () => void;
}

/** A call of an operation, once caller and input are known. */
interface OperationExchange {
  readonly handlers: Handlers;
  readonly operation: WireOperation;
  readonly input: WireInput;
  readonly context: Context;
  served?: ServedOperation;
  output?: unknown;
}

/** What the steps of the HTTP half work with. */
export interface HttpParts {
  readonly wire: Wire;
  readonly authenticator: Authenticator;
  readonly handlers: Handlers;
  readonly contexts: ContextFactory;
  readonly fronts: FrontDesk;
  readonly audit: Audit;
  readonly admission: Admission;
  readonly newRequestId: () => string;
  /** Whether what this process does not serve is handed on to another one. */
  readonly handsOn?: boolean;
}

/** Finds service, operation and protocol. */
async function find(exchange: HttpExchange): Promise<void> {
  const { request } = exchange;
  const { wire } = exchange.parts;
  if (wire.needsForm(request.head)) exchange.form = await readForm(exchange);
  exchange.found = await wire.find(request.head, exchange.form);
  if (exchange.parts.handsOn && exchange.found.refusal) throw new HandOn();
  if (request.headBytes > maximumHeadBytes) throw headTooLarge(exchange.found);
}

/**
 * Reads the form that names the operation. Until it is read, the service is the one that the request is signed for, and
 * refusals are written in the protocol of forms. An encoded form is inflated for known callers only, because a bomb
 * makes much of few bytes.
 */
async function readForm(exchange: HttpExchange): Promise<Uint8Array> {
  const { head, body } = exchange.request;
  const encoding = head.headers["content-encoding"];
  try {
    const form = await body.whole(longestFormBytes);
    if (encoding === undefined) return form;
    exchange.found = await exchange.parts.wire.find(head, noBytes);
    await authenticate(exchange);
    return (await decodeBody(exchange.found, form, encoding)) as Uint8Array;
  } catch (error) {
    exchange.found ??= await exchange.parts.wire.find(head, noBytes);
    throw error;
  }
}

/** Finds the caller by the signature, and the region that the request is meant for. */
async function authenticate(exchange: HttpExchange): Promise<void> {
  const found = exchange.found!;
  if (!found.service || !found.signed) throw found.refusal!;
  // The front that has handed on the request knows who sends it.
  if (exchange.identified) return;
  const rules = signatureRules(found, found.service.signingName);
  exchange.identified = await exchange.parts.authenticator(exchange.request, rules, found.body.maximumBytes);
  exchange.caller = exchange.identified.caller;
}

/** Refuses operations without a handler; only known callers learn which these are. */
function refuseUnserved({ found }: HttpExchange): void {
  if (found!.refusal) throw found!.refusal;
}

/** Turns bytes into the typed input. */
async function readInput(exchange: HttpExchange): Promise<void> {
  const { request, requestId, parts } = exchange;
  const found = exchange.found!;
  const identified = exchange.identified!;
  const { caller, region } = identified;
  const context = parts.contexts.ofRequest({ caller, region, requestId, request });
  const notBuilt = (what: string, instead: string) => refusalsOf(found.service!.id).notBuilt(context, what, instead);
  let body: Uint8Array | Readable;
  if (exchange.form) {
    body = exchange.form;
    if (body.byteLength > found.body.maximumBytes) throw tooLarge(found.body.maximumBytes);
  } else {
    const { mode, maximumBytes } = found.body;
    body =
      mode === "stream"
        ? streamedBody(request, identified, notBuilt)
        : await wholeBody(request, identified, maximumBytes, notBuilt);
    const encoding = request.head.headers["content-encoding"];
    if (encoding !== undefined) body = await decodeBody(found, body, encoding);
  }
  exchange.called = { handlers: parts.handlers, operation: found.operation!, input: found.readInput(body), context };
}

/** Lets the request in, unless the server is being reset. */
function admit(exchange: HttpExchange): void {
  const { parts, request } = exchange;
  exchange.leave ??= parts.admission.enter((fault) => request.body.cutOff(fault));
}

async function decodeBody(
  { service, protocol, body: { maximumBytes } }: FoundRequest,
  body: Uint8Array | Readable,
  encoding: string,
): Promise<Uint8Array | Readable> {
  if (service?.storesContentEncoding) return body;
  const decode = (whole: Uint8Array) => decodeContent(whole, encoding, maximumBytes, unreadableCode(protocol));
  return body instanceof Readable ? Readable.from([await decode(await buffer(body))]) : decode(body);
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

/** Checks that the caller may do this to that resource. */
function authorize({ operation, input, context, served }: OperationExchange): void {
  checkPermissions(context.caller, operation, served!.permissions, input, context.region);
}

/** Checks lengths, ranges, patterns and the like. */
function checkConstraints({ operation, input }: OperationExchange): void {
  operation.checkConstraints(input);
}

async function handle(exchange: OperationExchange): Promise<void> {
  exchange.output = await exchange.served!.handler(exchange.input, exchange.context);
}

async function walk<Exchange>(steps: readonly Step<Exchange>[], exchange: Exchange): Promise<void> {
  // An iterator would be an object that lives as long as the walk.
  for (let index = 0; index < steps.length; index++) {
    const pending = steps[index]!(exchange);
    if (pending) await pending;
  }
}

async function answer(exchange: HttpExchange): Promise<WireResponse> {
  await walk(httpHalf, exchange);
  await walk(operationHalf, exchange.called!);
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

/** Makes the operation half for calls without HTTP. */
export function createCallChain(parts: Pick<HttpParts, "wire" | "handlers" | "audit">): CallOperation {
  const { wire, handlers, audit } = parts;
  return async (service, name, input, context) => {
    const began = performance.now();
    let fault: Fault | undefined;
    try {
      const exchange: OperationExchange = { handlers, operation: await wire.operation(service, name), input, context };
      await walk(operationHalf, exchange);
      return exchange.output;
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

const longestFormBytes = 8 * 1024 * 1024;
const noBytes = new Uint8Array();

/** Returns the code for a body that cannot be read, before the protocol has seen it. */
const unreadableCode = (protocol: FoundRequest["protocol"]): string =>
  protocol === "awsQuery" ? "MalformedInput" : "SerializationException";

const families: Readonly<Partial<Record<FoundRequest["protocol"], SignatureFamily>>> = {
  restXml: "s3",
  awsQuery: "query",
};
const signatureRules = ({ protocol, hostBucket }: FoundRequest, signingName: string): SignatureRules => ({
  family: families[protocol] ?? "json",
  signingName,
  hostBucket,
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

/** Writes a refusal of a front for a person to read. */
const asPage = ({ status, message }: Fault, requestId: string): WireResponse => ({
  status,
  headers: {
    ...{ "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" },
    "x-amzn-RequestId": requestId,
  },
  body: `${message}\n`,
});

function writeFault({ request, found, requestId }: HttpExchange, fault: Fault): WireResponse {
  if (found) return found.writeFault(fault, requestId);
  if (request.head.headers.accept?.includes("text/html")) return asPage(fault, requestId);
  return {
    status: fault.status,
    headers: { "Content-Type": "application/json", "x-amzn-RequestId": requestId, "x-amzn-ErrorType": fault.code },
    body: JSON.stringify({ __type: fault.code, message: fault.message }),
  };
}
