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
  /** Names in lower case, as node:http gives them. */
  readonly headers: IncomingHttpHeaders;
}

/** The answer to a request. The sender sets Content-Length unless `headers` has it. */
export interface WireResponse {
  readonly status: number;
  /** Names in the case they are sent in. */
  readonly headers: Record<string, string>;
  /** Absent: no body (HEAD, 204, 304). */
  readonly body?: string | Uint8Array | Readable;
}

export type ProtocolName = "awsJson1.0" | "awsJson1.1" | "restJson1" | "restXml" | "awsQuery";

/** Typed as the AWS client's input of the operation: dates are Date, blobs Uint8Array, a streaming blob a Readable. */
export type WireInput = Record<string, unknown>;

/** An operation that has a handler, whatever protocol it is called by. */
export interface WireOperation {
  readonly service: WireService;
  /** As in the model: "CreateTrainingJob". */
  readonly name: string;
  /**
   * Required members, lengths, ranges, patterns, enums.
   * @throws Fault in the service's own code (ValidationException, InvalidParameterException ...), with AWS's text
   */
  checkConstraints(input: WireInput): void;
}

/** A request whose service, operation and protocol are known, or the reason why it is refused. */
export interface FoundRequest {
  /** Absent when the request is for no service of ours. */
  readonly service: WireService | undefined;
  readonly protocol: ProtocolName;
  /** For the access log: "CreateTrainingJob"; empty when the request names none. */
  readonly operationName: string;
  /** Why the request is refused, such as 501 UnsupportedOperation. The chain throws it. */
  readonly refusal: Fault | undefined;
  /** Absent when there is a refusal, and only then. */
  readonly operation: WireOperation | undefined;
  /** How `readInput` takes the body, and the most bytes it may have. A stream has no limit here. */
  readonly body: { readonly mode: "buffer" | "stream"; readonly maximumBytes: number };
  /**
   * Reads the input and checks its types; members that the schema does not know are left out.
   * @param body the whole body, or for mode "stream" the body's stream (already decoded from aws-chunked)
   * @throws Fault SerializationException, MalformedXML ... naming member and value
   */
  readInput(body: Uint8Array | Readable): WireInput;
  writeOutput(output: unknown, requestId: string): WireResponse;
  /** Never throws; `fault` is written in this request's protocol, with the status the model gives its code. */
  writeFault(fault: Fault, requestId: string): WireResponse;
}

export interface Wire {
  /** Whether the operation of this request is named in its body (a form post), so that `find` must be given it. */
  needsForm(head: RequestHead): boolean;
  /** Never throws, whatever the request holds. Imports the service's AWS client at its first call. */
  find(head: RequestHead, form?: Uint8Array): Promise<FoundRequest>;
  /**
   * An operation by its service and name, for calls made in process.
   * @throws Fault UnsupportedOperation when it has no handler
   */
  operation(service: WireServiceId, name: string): Promise<WireOperation>;
  /** All operations of the service's model, sorted: the first figure of docs/coverage.md. */
  modelOperations(service: WireServiceId): Promise<string[]>;
  /** Whether the service's file in src/wire/constraints has the operation. */
  hasConstraintFacts(service: WireServiceId, operation: string): boolean;
}

export interface WireOptions {
  /** Of Sagebrush, for the text of refusals. */
  readonly version: string;
  /** Names of the operations that have a handler, by wire service. */
  readonly served: Readonly<Partial<Record<WireServiceId, readonly string[]>>>;
}
