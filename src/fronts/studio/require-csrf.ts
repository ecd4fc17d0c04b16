import { Fault } from "../../aws/faults.ts";
import type { RequestHead } from "../../wire/wire.ts";
import type { Session } from "../front.ts";
import { csrfHeader } from "./studio-paths.ts";

/**
 * Refuses a request that no page of Studio has made. A browser sends the cookie by itself; this header only code sends
 * that could read the session.
 */
export function requireCsrf({ headers }: RequestHead, { csrf }: Session): void {
  if (headers[csrfHeader] === csrf) return;
  throw new Fault(
    "AccessDeniedException",
    `The header ${csrfHeader} must be what GET /_studio/session answers as csrf.`,
    {
      status: 403,
    },
  );
}
