import { type FrameworkVersions, frameworkImages, standsFor } from "./framework-images.ts";

/** torch 2 runs scripts of torch 1, and transformers has no newer version for torch 1. */
const torchVersions: FrameworkVersions = standsFor(
  "huggingface-pytorch-2.3",
  "1.6 1.7 1.8 1.9 1.10 1.11 1.12 1.13 2.0 2.1 2.3 2.5 2.6 2.7 2.8",
);
const tensorflowVersions: FrameworkVersions = standsFor("huggingface-tensorflow-2.16", "2.4 2.5 2.6 2.11");
/** Its lock has what models are asked with, and not all that scripts train with. */
const inferenceVersions: FrameworkVersions = { ...torchVersions, "1.13": "huggingface-pytorch-1.13-debian" };
const scripts = "huggingface" as const;
const pytorch = { title: "PyTorch", packageName: "torch", versions: torchVersions, scripts };
const tensorflow = { title: "TensorFlow", packageName: "tensorflow-cpu", versions: tensorflowVersions, scripts };

export const huggingfacePytorchTraining = frameworkImages("huggingface-pytorch-training", pytorch);
export const huggingfacePytorchInference = frameworkImages("huggingface-pytorch-inference", {
  ...pytorch,
  versions: inferenceVersions,
});
export const huggingfaceTensorflowTraining = frameworkImages("huggingface-tensorflow-training", tensorflow);
export const huggingfaceTensorflowInference = frameworkImages("huggingface-tensorflow-inference", tensorflow);
