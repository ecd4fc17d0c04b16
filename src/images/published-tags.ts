/**
 * A tag of each version of the images whose tags are more than a version, as the SageMaker SDK 2.257.7 composes them for a
 * machine without a GPU, or else with one. A version that AWS has no image of is not here. Repositories that are absent
 * have their versions as tags.
 */
export const publishedTags: Readonly<Record<string, readonly string[]>> = {
  "huggingface-pytorch-inference": words(`
    1.7.1-transformers4.6.1-cpu-py36-ubuntu18.04 1.8.1-transformers4.10.2-cpu-py36-ubuntu18.04
    1.9.1-transformers4.12.3-cpu-py38-ubuntu20.04 1.10.2-transformers4.17.0-cpu-py38-ubuntu20.04
    1.13.1-transformers4.26.0-cpu-py39-ubuntu20.04 2.0.0-transformers4.28.1-cpu-py310-ubuntu20.04
    2.1.0-transformers4.37.0-cpu-py310-ubuntu22.04 2.3.0-transformers4.48.0-cpu-py311-ubuntu22.04
    2.6.0-transformers4.51.3-cpu-py312-ubuntu22.04`),
  "huggingface-pytorch-training": words(`
    1.6.0-transformers4.6.1-gpu-py36-cu110-ubuntu18.04 1.7.1-transformers4.6.1-gpu-py36-cu110-ubuntu18.04
    1.8.1-transformers4.10.2-gpu-py36-cu110-ubuntu18.04 1.9.1-transformers4.12.3-gpu-py38-cu111-ubuntu20.04
    1.10.2-transformers4.17.0-gpu-py38-cu113-ubuntu20.04 1.13.1-transformers4.26.0-gpu-py39-cu117-ubuntu20.04
    2.0.0-transformers4.28.1-gpu-py310-cu118-ubuntu20.04 2.1.0-transformers4.36.0-gpu-py310-cu121-ubuntu20.04
    2.3.0-transformers4.48.0-gpu-py311-cu121-ubuntu20.04 2.5.1-transformers4.49.0-gpu-py311-cu124-ubuntu22.04
    2.7.1-transformers4.55.0-gpu-py312-cu128-ubuntu22.04 2.8.0-transformers4.56.2-gpu-py312-cu129-ubuntu22.04`),
  "huggingface-tensorflow-inference": words(`
    2.4.1-transformers4.10.2-cpu-py37-ubuntu18.04 2.5.1-transformers4.12.3-cpu-py37-ubuntu18.04
    2.6.3-transformers4.17.0-cpu-py38-ubuntu20.04 2.11.0-transformers4.26.0-cpu-py39-ubuntu20.04`),
  "huggingface-tensorflow-training": words(`
    2.4.1-transformers4.10.2-gpu-py37-cu110-ubuntu18.04 2.5.1-transformers4.12.3-gpu-py37-cu112-ubuntu18.04
    2.6.3-transformers4.17.0-gpu-py38-cu112-ubuntu20.04`),
  "pytorch-inference": words(`
    1.2.0-cpu-py3 1.3.1-cpu-py3 1.4.0-cpu-py36 1.5.0-cpu-py36 1.6.0-cpu-py36 1.7.1-cpu-py36 1.8.0-cpu-py36
    1.9.0-cpu-py38 1.10.0-cpu-py38 1.11.0-cpu-py38 1.12.0-cpu-py38 1.13.1-cpu-py39 2.0.0-cpu-py310 2.1.0-cpu-py310
    2.2.0-cpu-py310 2.3.0-cpu-py311 2.4.0-cpu-py311 2.5.1-cpu-py311 2.6.0-cpu-py312`),
  "pytorch-training": words(`
    1.2.0-cpu-py3 1.3.1-cpu-py3 1.4.0-cpu-py36 1.5.0-cpu-py36 1.6.0-cpu-py36 1.7.1-cpu-py36 1.8.0-cpu-py36
    1.9.0-cpu-py38 1.10.0-cpu-py38 1.11.0-cpu-py38 1.12.0-cpu-py38 1.13.1-cpu-py39 2.0.0-cpu-py310 2.1.0-cpu-py310
    2.2.0-cpu-py310 2.3.0-cpu-py311 2.4.0-cpu-py311 2.5.1-cpu-py311 2.6.0-cpu-py312 2.7.1-cpu-py312 2.8.0-cpu-
    py312`),
  "sagemaker-data-wrangler-container": words("1.x 2.x 3.x"),
  "sagemaker-scikit-learn": words(`
    0.20.0-cpu-py3 0.23-1-cpu-py3 1.0-1-cpu-py3 1.2-1-cpu-py3 1.4-2-cpu-py3`),
  "sagemaker-spark-processing": words("2.4-cpu 3.0-cpu 3.1-cpu 3.2-cpu 3.3-cpu 3.5-cpu"),
  "sagemaker-xgboost": words(`
    0.90-1-cpu-py3 0.90-2-cpu-py3 1.0-1-cpu-py3 1.2-1 1.2-2 1.3-1 1.5-1 1.7-1 3.0-5`),
  "tensorflow-inference": words(`
    1.13.0-cpu 1.14.0-cpu 1.15.0-cpu 2.0.0-cpu 2.1.0-cpu 2.2.0-cpu 2.3.0-cpu 2.4.1-cpu 2.5.1-cpu 2.6.0-cpu
    2.7.0-cpu 2.8.0-cpu 2.9.2-cpu 2.10.0-cpu 2.11.0-cpu 2.12.1-cpu 2.13.0-cpu 2.14.1-cpu 2.16.1-cpu 2.18.0-cpu
    2.19.0-cpu`),
  "tensorflow-training": words(`
    1.14.0-cpu-py3 1.15.0-cpu-py3 2.0.0-cpu-py3 2.1.0-cpu-py3 2.2.0-cpu-py37 2.3.0-cpu-py37 2.4.1-cpu-py37
    2.5.0-cpu-py37 2.6.0-cpu-py38 2.7.1-cpu-py38 2.8.0-cpu-py39 2.9.2-cpu-py39 2.10.1-cpu-py39 2.11.0-cpu-py39
    2.12.0-cpu-py310 2.13.0-cpu-py310 2.14.1-cpu-py310 2.16.2-cpu-py310 2.18.0-cpu-py310 2.19.0-cpu-py312`),
};

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
