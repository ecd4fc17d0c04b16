import { type FrameworkVersions, frameworkImages } from "./framework-images.ts";

/** Older versions have no build without GPU libraries for a Python that is still kept. */
const versions: FrameworkVersions = {
  "2.12": "tensorflow-2.16",
  "2.13": "tensorflow-2.16",
  "2.14": "tensorflow-2.16",
  "2.16": "tensorflow-2.16",
  "2.18": "tensorflow-2.19",
  "2.19": "tensorflow-2.19",
};
const tensorflow = { title: "TensorFlow", packageName: "tensorflow-cpu", versions, scripts: "tensorflow" } as const;

export const tensorflowTraining = frameworkImages("tensorflow-training", tensorflow);
export const tensorflowInference = frameworkImages("tensorflow-inference", tensorflow);
