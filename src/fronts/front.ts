import type { Call } from "../wire/call.ts";
import type { RequestHead, WireResponse } from "../wire/wire.ts";

/** HTTP that is not the AWS API: the home page, the server's own administration. */
export interface Front {
  /** For the access log. */
  readonly name: string;
  /** Whether a request is for this front. Asked before the AWS API is looked at, so it must not take a signed S3 path. */
  serves(head: RequestHead): boolean;
  /** Who may use it: anyone, or the administrator by a SigV4 signature for that service name. */
  readonly caller: "anyone" | { readonly signedFor: string };
  handle(request: FrontRequest, context: FrontContext): Promise<WireResponse>;
}

export interface FrontRequest {
  readonly head: RequestHead;
  readonly body: Uint8Array;
  /** Whether the client is on this machine and asked for it by a name of this machine: not so behind a web page's trick. */
  readonly local: boolean;
}

/** What a front may use: the product's operations, and what the server says of itself. */
export interface FrontContext {
  readonly requestId: string;
  /** As the service itself, in the setting's region; a front decides what of the answers it shows to whom. */
  readonly call: Call;
  readonly status: () => ServerStatus;
}

export interface ServerStatus {
  readonly version: string;
  readonly url: string;
  readonly home: string;
  readonly account: string;
  readonly region: string;
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly memoryBytes: number;
  /** What is wrong with how it runs, a line each with what to do about it. */
  readonly warnings: readonly string[];
}
