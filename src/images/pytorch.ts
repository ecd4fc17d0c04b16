import { type FrameworkVersions, frameworkImages, standsFor } from "./framework-images.ts";

const versions: FrameworkVersions = {
  ...standsFor("pytorch-1.13-debian", "1.2 1.3 1.4 1.5 1.6 1.7 1.8 1.9 1.10 1.11 1.12 1.13"),
  ...standsFor("pytorch-2.3", "2.0 2.1 2.2 2.3"),
  ...standsFor("pytorch-2.6", "2.4 2.5 2.6 2.7 2.8"),
};
const pytorch = { title: "PyTorch", packageName: "torch", versions, scripts: "pytorch" } as const;

export const pytorchTraining = frameworkImages("pytorch-training", pytorch);
export const pytorchInference = frameworkImages("pytorch-inference", pytorch);
