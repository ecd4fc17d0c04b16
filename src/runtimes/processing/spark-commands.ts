import { symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { PlannedSpark } from "../../images/processing-plan.ts";
import { runMemoryBytes } from "../run-memory.ts";
import { runPythonFolder, sparkToolsFolder } from "../script/run-python.ts";
import { shownCores } from "../script/training-environment.ts";

/** What the commands of a job see besides. */
export const sparkFolder = sparkToolsFolder;

/** The variables of a job that has a Spark: its Java, and its share of the host. */
export const sparkVariables = (spark: PlannedSpark | undefined): Readonly<Record<string, string>> =>
  spark === undefined
    ? {}
    : {
        JAVA_HOME: spark.javaHome,
        SAGEBRUSH_SPARK_MEMORY_BYTES: String(runMemoryBytes),
        SAGEBRUSH_SPARK_CORES: String(shownCores(process.env, availableParallelism())),
      };

/** Has the job find the commands of AWS's Spark images where it finds its Python. */
export function writeSparkCommands({ javaHome }: PlannedSpark): void {
  const folder = join(runPythonFolder, "bin");
  const program = join(sparkToolsFolder.to, "submit.py");
  const text = `#!/bin/sh\nexec ${join(folder, "python3")} -B ${program} "$@"\n`;
  writeFileSync(join(folder, "smspark-submit"), text, { mode: 0o755 });
  symlinkSync(join(javaHome, "bin", "java"), join(folder, "java"));
}
