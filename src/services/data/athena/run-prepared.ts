import { parseStatement } from "../../../prep/sql/trino/parse-statement.ts";
import type { Statement } from "../../../prep/sql/trino/statement.ts";
import { isAgain } from "./named-table.ts";
import { dropPrepared, findPrepared, putPrepared } from "./prepared-statement.ts";
import { putLines } from "./put-result.ts";
import type { Outcome, QueryRun } from "./query-run.ts";
import type { StatementOf } from "./statement-of.ts";

export async function prepare({ name, text }: StatementOf<"prepare">, run: QueryRun): Promise<Outcome> {
  const { WorkGroup } = run.query.wanted;
  await putPrepared(run.context, { StatementName: name, WorkGroup, QueryStatement: text }, true);
  await putLines(run, [], []);
  return {};
}

export async function deallocate({ name }: StatementOf<"deallocate">, run: QueryRun): Promise<Outcome> {
  await dropPrepared(run.context, run.query.wanted.WorkGroup, name).catch((error) => {
    if (!isAgain(run)) throw error;
  });
  await putLines(run, [], []);
  return {};
}

/** Returns the statement that was prepared, and the run that has its parameters. */
export async function preparedOf(
  { arguments: given, name }: StatementOf<"execute">,
  run: QueryRun,
): Promise<{ readonly statement: Statement; readonly run: QueryRun }> {
  const { wanted } = await findPrepared(run.context, run.query.wanted.WorkGroup, name);
  const parameters = given.length > 0 ? given : run.query.wanted.ExecutionParameters;
  const query = { ...run.query, wanted: { ...run.query.wanted, ExecutionParameters: [...(parameters ?? [])] } };
  return { statement: parseStatement(wanted.QueryStatement), run: { ...run, query, text: wanted.QueryStatement } };
}
