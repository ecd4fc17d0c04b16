import { type FrameworkVersions, frameworkImages } from "./framework-images.ts";

const torchVersions: FrameworkVersions = {
  "2.0": "huggingface-pytorch-2.3",
  "2.1": "huggingface-pytorch-2.3",
  "2.3": "huggingface-pytorch-2.3",
  "2.5": "huggingface-pytorch-2.3",
  "2.6": "huggingface-pytorch-2.3",
  "2.7": "huggingface-pytorch-2.3",
  "2.8": "huggingface-pytorch-2.3",
};
const tensorflowVersions: FrameworkVersions = {
  "2.6": "huggingface-tensorflow-2.16",
  "2.11": "huggingface-tensorflow-2.16",
};
/** Scripts that load and ask the model by themselves serve; the image's own pipelines are not built. */
const scripts = "base" as const;
const pytorch = { title: "PyTorch", packageName: "torch", versions: torchVersions, scripts };
const tensorflow = { title: "TensorFlow", packageName: "tensorflow-cpu", versions: tensorflowVersions, scripts };

export const huggingfacePytorchTraining = frameworkImages("huggingface-pytorch-training", pytorch);
export const huggingfacePytorchInference = frameworkImages("huggingface-pytorch-inference", pytorch);
export const huggingfaceTensorflowTraining = frameworkImages("huggingface-tensorflow-training", tensorflow);
export const huggingfaceTensorflowInference = frameworkImages("huggingface-tensorflow-inference", tensorflow);
