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
/** Its lock has what models are asked with; scripts that train need packages that it lacks. */
const inferenceVersions: FrameworkVersions = { "1.13": "huggingface-pytorch-1.13-debian", ...torchVersions };
const tensorflowVersions: FrameworkVersions = {
  "2.6": "huggingface-tensorflow-2.16",
  "2.11": "huggingface-tensorflow-2.16",
};
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
