import { defineImage, type PythonImage } from "./define-image.ts";

/** The Python of AWS's images where a tag names none. */
const pythons: Readonly<Record<string, string>> = {
  "2.4": "3.7",
  "3.0": "3.7",
  "3.1": "3.7",
  "3.2": "3.9",
  "3.3": "3.9",
  "3.5": "3.9",
};
const here = "3.5";
const shape = /^(?<version>\d+\.\d+)-cpu(?:-py(?<major>\d)(?<minor>\d+))?(?:-v[\d.]+)?$/;

/** One line of Spark runs them all: older ones need a Java and a Python that are no longer kept. */
function pythonOf(tag: string): PythonImage {
  const { version, major, minor } = shape.exec(tag)!.groups!;
  return {
    lock: "spark-3.5",
    python: major ? `${major}.${minor}` : pythons[version!]!,
    ...(version !== here && { differs: `Spark ${version}` }),
  };
}

export const sagemakerSpark = defineImage({
  repository: "sagemaker-spark-processing",
  versions: Object.keys(pythons),
  versionOf: (tag) => shape.exec(tag)?.groups?.version,
  processing: (tag) => ({ python: pythonOf(tag), entryPoint: ["smspark-submit"], isSpark: true }),
});
