import { parseStatement } from "../../../prep/sql/trino/parse-statement.ts";
import { SqlFault } from "../../../prep/sql/trino/sql-fault.ts";
import type { Statement } from "../../../prep/sql/trino/statement.ts";
import { invalidRequest } from "./athena-faults.ts";

/** Reads a statement of a request. @throws Fault with the place of what is wrong */
export function readStatement(text: string): Statement {
  try {
    return parseStatement(text);
  } catch (error) {
    if (!(error instanceof SqlFault)) throw error;
    throw invalidRequest(error.message, "MALFORMED_QUERY");
  }
}
