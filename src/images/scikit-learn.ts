import { defineImage, type PythonImage } from "./define-image.ts";

/** The versions before 1.2 have no builds for a Python that is still kept; 1.2 stands for them. */
const versions: Readonly<Record<string, PythonImage>> = {
  "0.20.0": { lock: "scikit-learn-1.2", differs: "scikit-learn 0.20.0" },
  "0.23-1": { lock: "scikit-learn-1.2", differs: "scikit-learn 0.23.2" },
  "1.0-1": { lock: "scikit-learn-1.2", python: "3.9", differs: "scikit-learn 1.0.2" },
  "1.2-1": { lock: "scikit-learn-1.2", python: "3.9" },
  "1.4-2": { lock: "scikit-learn-1.4", python: "3.10" },
};

const withoutSuffix = (tag: string): string => tag.replace(/-cpu-py3$/, "");

export const sagemakerScikitLearn = defineImage({
  repository: "sagemaker-scikit-learn",
  versions: Object.keys(versions),
  versionOf: withoutSuffix,
  training: (tag) => ({ metrics: [], python: versions[withoutSuffix(tag)]! }),
  serving: (tag) => ({ script: { python: versions[withoutSuffix(tag)]!, family: "scikit-learn" } }),
  processing: (tag) => ({ python: versions[withoutSuffix(tag)]! }),
});
