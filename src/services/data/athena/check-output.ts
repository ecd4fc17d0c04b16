import { Readable } from "node:stream";
import { Fault } from "../../../aws/faults.ts";
import type { Statement } from "../../../prep/sql/trino/statement.ts";
import { putObject } from "./put-result.ts";
import type { QueryRun } from "./query-run.ts";

/** Statements that change nothing but their result; `execute` is checked as what it executes. */
const reading: readonly Statement["kind"][] = ["query", "describe", "explain", "execute"];

/**
 * Looks whether a result may be put where it belongs, before a statement changes anything: one that fails has changed nothing.
 * The object is put on a condition that it never meets, so that nothing is there afterwards.
 * @throws QueryFailure as the put of the result would
 */
export async function checkOutput({ kind }: Statement, run: QueryRun): Promise<void> {
  if (reading.includes(kind) || kind.startsWith("show-")) return;
  const body = Readable.from([Buffer.alloc(0)], { objectMode: false });
  try {
    await putObject(run, run.query.actual.location, body, { IfMatch: "no-object-has-this" });
  } catch (error) {
    if (error instanceof Fault && unmet.includes(error.code)) return;
    throw error;
  }
}

const unmet: readonly string[] = ["NoSuchKey", "PreconditionFailed"];
