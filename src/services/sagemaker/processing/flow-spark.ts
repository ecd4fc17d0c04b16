import { validationFault } from "../../../aws/faults.ts";
import { systemJava } from "../../../environments/java-folders.ts";
import type { RunSpec } from "../../../executors/port.ts";
import type { Context } from "../../../frame/context.ts";
import { type SparkPlan, sparkPlanFile } from "../../../images/spark-plan.ts";
import { type ProcessingRequest, processingImage, runsImageProgram } from "./processing-request.ts";
import { javaInside, javaMounts } from "./spark-java.ts";

/** The variable of a job's Environment that names the engine of its flow. */
const variable = "SAGEBRUSH_PREP_ENGINE";
const engines = ["duckdb", "spark"];

/**
 * Returns the Spark on which a job does its flow; undefined where the embedded engine does. A job names its engine, or has
 * Spark where it asks for several instances and there is a Spark.
 * @throws Fault for an engine that is not known, or not there
 */
export function flowSpark(request: ProcessingRequest, context: Context): SparkPlan | undefined {
  if (!runsImageProgram(request, context) || !processingImage(request, context).onSpark) return undefined;
  const { sparkCodeMib: codeMib, sparkHome: home, sparkJava: java, sparkMaster: master } = context.settings;
  const named = request.Environment?.[variable];
  if (named !== undefined && !engines.includes(named))
    throw validationFault(`Environment.${variable} is "${named}"; give one of ${engines.join(", ")}.`);
  if (named === "spark" && home === "")
    throw validationFault(
      `Environment.${variable} is "spark", and this server has no Spark. Set SAGEBRUSH_SPARK_HOME to the folder of one, or leave the variable out.`,
    );
  const hosts = request.ProcessingResources.ClusterConfig.InstanceCount ?? 1;
  const isWanted = named === undefined ? hosts > 1 && home !== "" : named === "spark";
  if (!isWanted) return undefined;
  const javaHome = java === "" ? systemJava() : java;
  if (javaHome === undefined)
    throw validationFault(
      "The flow is to run on Spark, and there is no Java on the PATH of this server. Install Java 17, or set SAGEBRUSH_SPARK_JAVA to the folder of one.",
    );
  return {
    home: { path: home, inside: "/opt/sagebrush/spark" },
    java: { path: javaHome, inside: javaInside },
    ...{ master, codeMib },
  };
}

/** What the run of such a job needs of its machine. */
export const sparkMounts = ({ home, java }: SparkPlan): RunSpec["mounts"] => [
  { source: home.path, target: home.path, inside: home.inside },
  ...javaMounts(java),
];

export const sparkFiles = (plan: SparkPlan | undefined): Readonly<Record<string, string>> =>
  plan ? { [sparkPlanFile]: JSON.stringify(plan) } : {};
