import type { Readable } from "node:stream";
import type { Fault } from "../../aws/faults.ts";
import type { FactFinder } from "../constraints/shape-facts.ts";
import type { ErrorModel, OperationModel } from "../schema.ts";
import type { RequestHead, WireInput, WireResponse } from "../wire.ts";
import type { WireService } from "../wire-services.ts";

/** A request with the labels of its path, still percent-encoded. */
export interface RoutedRequest extends RequestHead {
  readonly labels: Readonly<Record<string, string>>;
}

/** Input and output of one operation in one protocol, compiled once. */
export interface OperationCodec {
  readonly bodyMode: "buffer" | "stream";
  /** @throws Fault with the protocol's code for input that cannot be read */
  readInput(request: RoutedRequest, body: Uint8Array | Readable): WireInput;
  writeOutput(output: Record<string, unknown>, request: RoutedRequest, requestId: string): WireResponse;
}

/** A fault with what the service's model says of its code. */
export interface FaultToWrite {
  readonly fault: Fault;
  readonly status: number;
  readonly error: ErrorModel | undefined;
  /** The namespace of the error's absolute name; absent for a request to a service that is not in the table. */
  readonly namespace: string | undefined;
}

/** One of AWS's wire protocols, as one service speaks it. */
export interface Protocol {
  compile(operation: OperationModel): OperationCodec;
  writeFault(fault: FaultToWrite, request: RequestHead, requestId: string): WireResponse;
}

/**
 * `service` is absent for a request to a service that is not in the table; its refusal is written in the request's
 * protocol.
 */
export type CreateProtocol = (service: WireService | undefined, facts: FactFinder) => Protocol;

/** Returns which side is at fault, as XML errors and `x-amzn-query-error` name it. */
export const faultSide = (status: number): "Sender" | "Receiver" => (status < 500 ? "Sender" : "Receiver");

/** Returns the header by which clients that moved away from awsQuery still learn its codes, for those that ask for it. */
export function queryErrorHeader({ fault, status, error }: FaultToWrite, request: RequestHead): Record<string, string> {
  if (request.headers["x-amzn-query-mode"] === undefined) return {};
  return { "x-amzn-query-error": `${error?.queryCode ?? fault.code};${faultSide(status)}` };
}

/** Returns the model's name of an error's message, "message" or "Message"; undefined when it has none. */
export const messageMember = (error: ErrorModel): string | undefined =>
  error.shape.members.find(({ name }) => name.toLowerCase() === "message")?.name;
