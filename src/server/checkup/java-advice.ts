import { javaOf, sparkJavaVersion } from "../../environments/java-folders.ts";
import type { Checkup, Finding } from "./checkup.ts";

/** For `sagebrush doctor`: whether jobs of Spark's images can run here. */
export function checkJava({ settings: { sparkJava } }: Checkup): Finding {
  const title = "Java";
  const found = javaOf(sparkJava);
  if (found !== undefined) return { title, words: `Spark jobs run on ${found}` };
  const lack = sparkJava === "" ? "is not on this machine" : `is not what SAGEBRUSH_SPARK_JAVA names, ${sparkJava}`;
  return {
    title,
    words: `Spark jobs cannot run: Java ${sparkJavaVersion} ${lack}`,
    mark: "note",
    fix: `Install it (Debian: apt-get install openjdk-${sparkJavaVersion}-jre-headless), or set SAGEBRUSH_SPARK_JAVA to the folder of one.`,
  };
}
