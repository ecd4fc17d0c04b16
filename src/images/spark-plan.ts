/** The Spark on which a job of data preparation does its work: JSON in this file below /opt/ml. */
export const sparkPlanFile = "config/spark-plan.json";

export interface SparkPlan {
  readonly home: PlannedFolder;
  readonly java: PlannedFolder;
  /** "local[*]", "spark://host:7077". */
  readonly master: string;
  /** The most MiB of rows that a step of code takes from Spark. */
  readonly codeMib: number;
}

/** A folder of the run's machine, where the run sees it, and where its inner sandbox does. */
export interface PlannedFolder {
  readonly path: string;
  readonly inside: string;
}
