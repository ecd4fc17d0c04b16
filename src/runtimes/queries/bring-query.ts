import type { PlannedQuery } from "../../images/query-plan.ts";
import { askAthena } from "./ask-athena.ts";
import { askDatabase } from "./ask-database.ts";
import { QueryFault } from "./query-fault.ts";

/**
 * Brings the rows of a query to a folder, as the role of the job where a service of AWS answers it. The key is in no
 * variable of the job's own code.
 *
 * @throws QueryFault
 */
export async function bringQuery({ query }: PlannedQuery, folder: string, signal: AbortSignal): Promise<void> {
  if (query.kind === "athena") {
    const [id, secret] = (process.env.SAGEBRUSH_ROLE_KEY ?? "").split(":");
    if (!id || !secret)
      throw new QueryFault(
        "Athena is asked as the job's role, and a job with EnableNetworkIsolation has no key of it. Leave EnableNetworkIsolation out, or give the rows as an input from S3.",
      );
    await askAthena(query, folder, { id, secret }, signal);
    return;
  }
  const rows = await askDatabase(query, folder, signal);
  console.log(`Read ${rows} rows of a query of ${query.kind}.`);
}
