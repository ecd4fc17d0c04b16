import { Fault } from "../../../aws/faults.ts";
import { type Refusals, refusalsOf } from "../../../frame/not-built.ts";

export const { notBuilt, refuseMembers }: Refusals = refusalsOf("athena");

/** Refuses a request in Athena's way; `code` is its own name for what is wrong. */
export const invalidRequest = (message: string, code = "INVALID_INPUT"): Fault =>
  new Fault("InvalidRequestException", message, { members: { AthenaErrorCode: code } });

/** Whether the caller was refused what it has no permission for. */
export const isRefusal = (error: unknown): boolean => error instanceof Fault && error.code.startsWith("AccessDenied");

/** A query that fails, in the words that it is shown with. */
export class QueryFailure extends Error {
  /** Athena's own number for the kind of failure. */
  readonly type: number;
  /** 1: the service's fault, 2: the statement's or its data's. */
  readonly category: 1 | 2 | 3;
  /** How the query ends: cancelled by what limits it, else failed. */
  readonly state: "FAILED" | "CANCELLED";

  constructor(
    message: string,
    {
      type = 1001,
      category = 2,
      state = "FAILED",
    }: { type?: number; category?: 1 | 2 | 3; state?: "FAILED" | "CANCELLED" } = {},
  ) {
    super(message);
    this.state = state;
    this.type = type;
    this.category = category;
  }
}

/** Athena's numbers for failures. */
export const errorTypes = {
  resources: 401,
  syntax: 1001,
  data: 1100,
  access: 1306,
  missing: 1401,
  internal: 3,
} as const;
