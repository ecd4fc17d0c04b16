/**
 * The variables that programs of a run find besides those of AWS: set by executors, by the server with the run's keys,
 * by the program that stages a model server, MICRO_BATCH by the Environment of a model, PREP_ENGINE and TARGET_STORES by that of a job,
 * HISTORY_FOLDER by the command that starts the history of Spark.
 */
export const runVariables: readonly string[] = [
  ...["ADDRESS_FILE", "CORES", "EVENTS_FD", "GROUP_FOLDER", "HISTORY_FOLDER", "INNER_SANDBOX", "MEMORY_BYTES"],
  ...["MICRO_BATCH", "ML_ROOT", "OWN_FOLDER", "PREP_ENGINE", "PYTHON", "RELAY_PORT", "ROLE_KEY", "SERVER_SOCKET"],
  ...["SOCKET", "SPARK_CORES", "SPARK_MEMORY_BYTES", "TARGET_STORES"],
].map((name) => `SAGEBRUSH_${name}`);
