/** How Spark is started. */
export interface SparkLaunch {
  /** The folder of Spark, with bin/spark-submit. */
  readonly home: string;
  /** The folder of its Java. */
  readonly java: string;
  /** The Python of the program. */
  readonly python: string;
  /** Where the work is done: "local[2]", "spark://host:7077". */
  readonly master: string;
  /** The Python program that answers requests within Spark. */
  readonly program: string;
}

/** Whether the work is done within the application's own process. */
export const isLocal = (master: string): boolean => master.startsWith("local");
