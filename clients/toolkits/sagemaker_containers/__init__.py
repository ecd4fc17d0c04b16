"""What scripts use of PyPI's sagemaker-containers, the toolkit of older images."""

from sagebrush_training_job import Environment as training_env
