import { join } from "node:path";

/** Where the environment of Spark's images is, which is too large for those that every test run makes. */
export const environmentsOf = (folder: string): string => join(folder, "environments");

/** The compiled SparkPi.java. */
export const jarOf = (folder: string): string => join(folder, "spark-pi.jar");
