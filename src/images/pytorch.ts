import { type FrameworkVersions, frameworkImages } from "./framework-images.ts";

const versions: FrameworkVersions = {
  "1.13": "pytorch-1.13-debian",
  "2.0": "pytorch-2.3",
  "2.1": "pytorch-2.3",
  "2.2": "pytorch-2.3",
  "2.3": "pytorch-2.3",
  "2.4": "pytorch-2.6",
  "2.5": "pytorch-2.6",
  "2.6": "pytorch-2.6",
  "2.7": "pytorch-2.6",
  "2.8": "pytorch-2.6",
};
const pytorch = { title: "PyTorch", packageName: "torch", versions, scripts: "pytorch" } as const;

export const pytorchTraining = frameworkImages("pytorch-training", pytorch);
export const pytorchInference = frameworkImages("pytorch-inference", pytorch);
