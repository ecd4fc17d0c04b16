import type { PlannedObjects } from "../../images/objects-plan.ts";
import type { SourceQuery } from "../../images/query-plan.ts";
import { downloadObjects } from "../channels/download-objects.ts";
import { createObjectClient } from "../object-client.ts";
import { roleKey } from "../requests/role-key.ts";
import type { RequestKey } from "../requests/signed-headers.ts";
import { askAthena } from "./ask-athena.ts";
import { askDatabase } from "./ask-database.ts";
import { QueryFault } from "./query-fault.ts";

/**
 * Brings the rows of a query to a folder, as the role of the job where a service of AWS answers it. The key is in no
 * variable of the job's own code.
 *
 * @throws QueryFault
 */
export async function bringQuery(
  query: SourceQuery,
  folder: string,
  signal: AbortSignal,
  connectors?: string,
): Promise<void> {
  if (query.kind === "athena") return askAthena(query, folder, neededKey("Athena is asked"), signal);
  const rows = await askDatabase(query, folder, signal, connectors);
  console.log(`Read ${rows} rows of a query of ${query.kind}.`);
}

/** Brings objects that a job's flow names itself, as the role of the job. @throws QueryFault @throws ChannelFault */
export async function bringObjects(
  wanted: PlannedObjects,
  title: string,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const key = neededKey("What the flow names in S3 is read");
  const lend = () => Promise.resolve({ cannot: "These are read by the role's key." });
  await downloadObjects(wanted, title, folder, { ...createObjectClient({ signal, key }), lend });
}

function neededKey(what: string): RequestKey {
  const key = roleKey();
  if (key) return key;
  throw new QueryFault(
    `${what} as the job's role, and a job with EnableNetworkIsolation has no key of it. Leave EnableNetworkIsolation out, or give the rows as an input from S3.`,
  );
}
