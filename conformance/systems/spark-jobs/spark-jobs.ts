import { globSync } from "node:fs";
import { join } from "node:path";
import { lockNamed } from "../../../src/environments/locks.ts";
import { defineSystem } from "../define-system.ts";
import { environmentsOf, jarOf } from "./places.ts";

const lock = "spark-3.5";
const launcher = join(import.meta.dirname, "../../../bin/sagebrush");
/** What reads and writes S3 in them. */
const [hadoop] = lockNamed(lock).jars!.files;

/** The Spark of jobs as the product installs it, 1 GB, and a program for it that is compiled. */
export const sparkJobs = defineSystem({
  name: "spark-jobs",
  clients: [{ name: "Hadoop S3A (Spark)", version: /hadoop-aws\/([^/]+)/.exec(hadoop!.path)![1]! }],
  programs: [
    { command: "python3", debian: "python3-venv", advice: "Install Python 3.11" },
    { command: "javac", debian: "openjdk-17-jdk-headless", advice: "Install a JDK of version 17" },
  ],
  sources: ["src/environments/locks"],
  async install({ folder, source, fetch, build }) {
    const environments = environmentsOf(folder);
    await fetch(process.execPath, [launcher, "environments", "prepare", lock], {
      SAGEBRUSH_ENVIRONMENTS: environments,
    });
    const [jars] = globSync(join(environments, `${lock}-*/lib/python*/site-packages/pyspark/jars`));
    const classes = join(folder, "classes");
    const program = join(source, "SparkPi.java");
    await build("javac", ["--release", "17", "-cp", join(jars!, "*"), "-d", classes, program]);
    await build("jar", ["--create", "--file", jarOf(folder), "-C", classes, "."]);
  },
});
