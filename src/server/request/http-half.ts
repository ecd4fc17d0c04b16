import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { Fault } from "../../aws/faults.ts";
import { HandOn } from "../../frame/hand-on.ts";
import { refusalsOf } from "../../frame/not-built.ts";
import type { SignatureRules } from "../../wire/read-signature.ts";
import type { SignatureFamily } from "../../wire/signature-faults.ts";
import type { FoundRequest, Wire } from "../../wire/wire.ts";
import { decodeContent } from "../http/content-encoding.ts";
import type { HttpRequest } from "../http/http-request.ts";
import { streamedBody, wholeBody } from "../http/input-body.ts";
import { maximumHeadBytes } from "../http/malformed-http.ts";
import { tooLarge } from "../http/request-body.ts";
import type { Admission } from "./admission.ts";
import type { FrontDesk, FrontExchange } from "./answer-front.ts";
import type { Audit } from "./audit.ts";
import type { Authenticator, Identified } from "./authenticate.ts";
import type { ContextFactory } from "./context-factory.ts";
import type { Handlers } from "./handlers.ts";
import type { OperationExchange } from "./operation-half.ts";
import type { Step } from "./walk-steps.ts";

/** The HTTP half: which operation is called, by whom, with which input. */
export const httpHalf: readonly Step<HttpExchange>[] = [find, authenticate, refuseUnserved, readInput, admit];

/** A request on its way. Each step adds what it found out; a Fault thrown by a step becomes the response. */
export interface HttpExchange extends Omit<FrontExchange, "request"> {
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
export function admit(exchange: HttpExchange): void {
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

export const headTooLarge = (found?: FoundRequest): Fault =>
  found?.protocol === "restXml"
    ? new Fault(
        "RequestHeaderSectionTooLarge",
        "Your request header and query parameters exceed the maximum allowed size.",
        { members: { MaxSizeAllowed: String(maximumHeadBytes) } },
      )
    : new Fault("RequestHeaderFieldsTooLarge", `The headers may have ${maximumHeadBytes} bytes at most.`, {
        status: 431,
      });
