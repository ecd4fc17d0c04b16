import type { Statement } from "../../../prep/sql/trino/statement.ts";
import { QueryFailure } from "./athena-faults.ts";
import type { Outcome, QueryRun } from "./query-run.ts";
import { runSelect } from "./run-select.ts";

type Runner<Kind extends Statement["kind"]> = (
  statement: Extract<Statement, { readonly kind: Kind }>,
  run: QueryRun,
) => Promise<Outcome>;

/** How each kind of statement is run. */
const runners: { readonly [Kind in Statement["kind"]]?: Runner<Kind> } = {
  query: runSelect,
};

export function runStatement(statement: Statement, run: QueryRun): Promise<Outcome> {
  const runner = runners[statement.kind] as Runner<Statement["kind"]> | undefined;
  if (!runner)
    throw new QueryFailure(`NOT_SUPPORTED: ${statement.kind} is not built in version ${run.context.settings.version}.`);
  return runner(statement as never, run);
}
