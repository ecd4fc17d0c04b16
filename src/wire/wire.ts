import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import type { Fault } from "../aws/faults.ts";
import type { WireService, WireServiceId } from "./wire-services.ts";

/** The head of an HTTP request, undecoded. */
export interface RequestHead {
  readonly method: string;
  /** The raw path, without the query: "/bucket/a%20b". */
  readonly path: string;
  /** The raw query without its "?"; empty when there is none. */
  readonly query: string;
  /** Names in lower case, as node:http provides them. */
  readonly headers: IncomingHttpHeaders;
}

/** The response to a request. The sender sets Content-Length unless `headers` has it. */
export interface WireResponse {
  readonly status: number;
  /** Names in the case in which they are sent. */
  readonly headers: Record<string, string>;
  /** Absent when there is no body (HEAD, 204, 304). */
  readonly body?: string | Uint8Array | Readable;
}

export type ProtocolName = "awsJson1.0" | "awsJson1.1" | "restJson1" | "restXml" | "awsQuery" | "rpcV2Cbor";

/** Typed as the AWS client's input of the operation: dates are Date, blobs Uint8Array, a streaming blob a Readable. */
export type WireInput = Record<string, unknown>;

/** An operation that has a handler, whatever protocol calls it. */
export interface WireOperation {
  readonly service: WireService;
  /** The operation's name in the model: "CreateTrainingJob". */
  readonly name: string;
  /**
   * Checks required members, lengths, ranges, patterns and enums.
   * @throws Fault with the service's own code (ValidationException, InvalidParameterException ...) and AWS's message
   */
  checkConstraints(input: WireInput): void;
}

/** A request whose service, operation and protocol are known, or the reason why it is refused. */
export interface FoundRequest {
  /** Absent when the request is for a service that is not in the table. */
  readonly service: WireService | undefined;
  readonly protocol: ProtocolName;
  /** The operation's name for the access log, "CreateTrainingJob"; empty when the request names none. */
  readonly operationName: string;
  /** Why the request is refused, such as 501 UnsupportedOperation. The chain throws it. */
  readonly refusal: Fault | undefined;
  /** Whether requests of this kind carry a signature. Browsers send some that have none to check. */
  readonly signed: boolean;
  /** The bucket when the host's name has it in front; else "". */
  readonly hostBucket: string;
  /** Absent exactly when there is a refusal. */
  readonly operation: WireOperation | undefined;
  /** How `readInput` takes the body, and the most bytes it may have. A stream has no limit here. */
  readonly body: { readonly mode: "buffer" | "stream"; readonly maximumBytes: number };
  /**
   * Reads the input and checks its types; members that the schema does not know are dropped.
   * @param body the whole body, or for mode "stream" the body's stream (already decoded from aws-chunked)
   * @throws Fault SerializationException, MalformedXML ... that names member and value
   */
  readInput(body: Uint8Array | Readable): WireInput;
  writeOutput(output: unknown, requestId: string): WireResponse;
  /** Never throws. Writes `fault` in this request's protocol, with the status that the model gives its code. */
  writeFault(fault: Fault, requestId: string): WireResponse;
}

export interface Wire {
  /** Whether the body names the request's operation (a form post), so that `find` needs the form. */
  needsForm(head: RequestHead): boolean;
  /** Returns the service that a request is for, as far as its head alone says. Loads nothing. */
  serviceOf(head: RequestHead): WireServiceId | undefined;
  /** Never throws, whatever the request contains. Imports the service's AWS client at its first call. */
  find(head: RequestHead, form?: Uint8Array): Promise<FoundRequest>;
  /**
   * Returns an operation by its service and name, for calls made in process.
   * @throws Fault UnsupportedOperation when it has no handler
   */
  operation(service: WireServiceId, name: string): Promise<WireOperation>;
  /** Returns all operations of the service's model, sorted: the first figure of docs/coverage.md. */
  modelOperations(service: WireServiceId): Promise<string[]>;
  /** Whether the service's file in src/wire/constraints has the operation. */
  hasConstraintFacts(service: WireServiceId, operation: string): boolean;
}

export interface WireOptions {
  /** Sagebrush's version, for the text of refusals. */
  readonly version: string;
  /** Names of the operations that have a handler, by wire service. */
  readonly served: Readonly<Partial<Record<WireServiceId, readonly string[]>>>;
  /** Names of the server beside "localhost", with commas between, before which S3's clients write the bucket. */
  readonly hostName?: string;
}
