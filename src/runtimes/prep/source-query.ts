import type { SourceQuery } from "../../images/query-plan.ts";
import type { QuerySource } from "../../prep/flows/flow-source.ts";
import type { JsonObject } from "../../prep/json-object.ts";
import { StepFault } from "../../prep/step-fault.ts";

/** The query of a source, as what stages a job asks it. @throws StepFault */
export function sourceQuery({ definition, kind }: QuerySource): SourceQuery {
  const sql = textOf(definition, "queryString", "query", "sql");
  if (sql === undefined)
    throw new StepFault(
      'The source has no "queryString"; write the query whose rows it reads, such as SELECT * FROM t.',
    );
  const database = textOf(definition, "databaseName", "database");
  if (kind !== "athena")
    return { kind, sql, names: namesOf(definition), ...(database !== undefined && { database }), format: "parquet" };
  const outputUri = textOf(definition, "s3OutputLocation", "workgroupOutputLocation");
  if (outputUri === undefined || !/^s3:\/\/[^/]+/.test(outputUri))
    throw new StepFault(
      `The source's "s3OutputLocation" is ${JSON.stringify(outputUri ?? null)}; name the place in S3 to which Athena writes the rows, s3://BUCKET/PREFIX/.`,
    );
  const [catalog, workGroup] = [textOf(definition, "catalogName"), textOf(definition, "workgroup", "workGroup")];
  return {
    ...{ kind, sql, outputUri, format: "PARQUET" },
    ...(catalog !== undefined && { catalog }),
    ...(database !== undefined && { database }),
    ...(workGroup !== undefined && { workGroup }),
  };
}

/** What a source says that a connection may be known by. */
const namesOf = (definition: JsonObject): readonly string[] =>
  [
    ...["connectionName", "connection", "clusterIdentifier", "workgroupName", "secretArn", "secretsManagerArn"],
    ...["secretsManagerSecretArn", "secretId"],
  ].flatMap((name) => textOf(definition, name) ?? []);

/** The first of the members that is a text. */
function textOf(definition: JsonObject, ...names: readonly string[]): string | undefined {
  const found = names.map((name) => definition[name]).find((value) => typeof value === "string" && value.trim() !== "");
  return found as string | undefined;
}
