import { defineImage, type ImageFamily } from "./define-image.ts";

const mxnet = (repository: string): ImageFamily =>
  defineImage({
    repository,
    versions: [],
    refusal:
      "MXNet was retired in 2023, and its last version has builds neither for a Python of today nor for a numpy of today. Move the script to PyTorch, and name an image pytorch-training.",
  });

export const mxnetTraining = mxnet("mxnet-training");
export const mxnetInference = mxnet("mxnet-inference");
