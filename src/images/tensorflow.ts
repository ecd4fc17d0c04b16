import { type FrameworkVersions, frameworkImages, standsFor } from "./framework-images.ts";

/** TensorFlow 1 is another language to scripts, so no lock stands for it. */
const versions: FrameworkVersions = {
  ...standsFor("tensorflow-2.16", "2.0 2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 2.9 2.10 2.11 2.12 2.13 2.14 2.16"),
  ...standsFor("tensorflow-2.19", "2.18 2.19"),
};
const tensorflow = { title: "TensorFlow", packageName: "tensorflow-cpu", versions, scripts: "tensorflow" } as const;

export const tensorflowTraining = frameworkImages("tensorflow-training", tensorflow);
export const tensorflowInference = frameworkImages("tensorflow-inference", tensorflow);
