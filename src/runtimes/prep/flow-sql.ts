import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { duckdb } from "../../engines/duckdb/duckdb.ts";
import type { SqlEngine } from "../../engines/port.ts";
import { isLocal } from "../../engines/spark/launch.ts";
import { createSparkEngine } from "../../engines/spark/spark.ts";
import { type PlannedFolder, type SparkPlan, sparkPlanFile } from "../../images/spark-plan.ts";
import { FlowFault } from "../../prep/flows/flow.ts";
import type { Dialect } from "../../prep/sql/dialect.ts";
import { duckdb as duckdbDialect } from "../../prep/sql/dialects/duckdb.ts";
import { spark as sparkDialect } from "../../prep/sql/dialects/spark.ts";
import { mlRoot } from "../ml-root.ts";

/** The engine of a flow's job. */
interface FlowSql {
  readonly sql: SqlEngine;
  readonly dialect: Dialect;
  /** The most that a step of code takes from it. Absent: no limit. */
  readonly codeBytes?: number;
}

const program = join(import.meta.dirname, "python", "spark_application.py");

/** Returns the engine that the job was planned with: Spark where it has a plan of one. @throws FlowFault */
export function flowSql(): FlowSql {
  const file = join(mlRoot, sparkPlanFile);
  if (!existsSync(file)) return { sql: duckdb, dialect: duckdbDialect };
  const { codeMib, home, java, master } = JSON.parse(readFileSync(file, "utf8")) as SparkPlan;
  if (!isLocal(master) && mlRoot === "/opt/ml")
    throw new FlowFault([
      `The workers of ${master} do not see the folder of this job, which runs in a sandbox. Set SAGEBRUSH_SPARK_MASTER to local[*].`,
    ]);
  const sql = createSparkEngine({
    ...{ home: placeOf(home), java: placeOf(java) },
    ...{ master, program, python: "python3" },
  });
  return { sql, dialect: sparkDialect, codeBytes: codeMib * 1024 ** 2 };
}

const placeOf = ({ inside, path }: PlannedFolder): string => (existsSync(inside) ? inside : path);
