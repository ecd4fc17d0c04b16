import { validationFault } from "../../../aws/faults.ts";
import { configurationFolders, javaOf, sparkJavaVersion } from "../../../environments/java-folders.ts";
import type { RunSpec } from "../../../executors/port.ts";
import type { Context } from "../../../frame/context.ts";
import type { PlannedFolder } from "../../../images/spark-plan.ts";
import { type ProcessingRequest, processingImage } from "./processing-request.ts";

/** Where what the job's owner wrote sees the Java. */
export const javaInside = "/opt/sagebrush/java";

/**
 * Returns the Java of a job whose image has Spark; undefined for others.
 * @throws Fault where this machine has none that its Spark can use
 */
export function jobJava(request: ProcessingRequest, context: Context): PlannedFolder | undefined {
  if (!processingImage(request, context).isSpark) return undefined;
  const { sparkJava } = context.settings;
  const found = javaOf(sparkJava);
  if (found === undefined)
    throw validationFault(
      `The image ${request.AppSpecification.ImageUri} runs Spark 3.5, which needs Java ${sparkJavaVersion}, and ${
        sparkJava === "" ? "this machine has none" : `SAGEBRUSH_SPARK_JAVA=${sparkJava} is another`
      }. Install it (Debian: apt-get install openjdk-${sparkJavaVersion}-jre-headless), or set SAGEBRUSH_SPARK_JAVA to the folder of one; bin/sagebrush doctor says what is found.`,
    );
  return { path: found, inside: javaInside };
}

/** What a run needs of its machine to start Java. */
export const javaMounts = (java: PlannedFolder | undefined): NonNullable<RunSpec["mounts"]> =>
  java === undefined
    ? []
    : [
        { source: java.path, target: java.path, inside: java.inside },
        ...configurationFolders(java.path).map((path) => ({ source: path, target: path })),
      ];
