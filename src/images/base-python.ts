import { defineImage, type ImageFamily } from "./define-image.ts";

/** A Python without packages of a framework, in which the SageMaker SDK runs remote functions. */
const basePython = (python: string): ImageFamily =>
  defineImage({
    repository: `sagemaker-base-python-${python.replace(".", "")}`,
    versions: ["1.0", "latest"],
    training: () => ({ metrics: [], python: { lock: "base-python", python } }),
    serving: () => ({ script: { python: { lock: "base-python", python }, family: "base" } }),
    processing: () => ({ python: { lock: "base-python", python } }),
  });

export const sagemakerBasePython38 = basePython("3.8");
export const sagemakerBasePython310 = basePython("3.10");
export const sagemakerBasePython311 = basePython("3.11");
export const sagemakerBasePython312 = basePython("3.12");
