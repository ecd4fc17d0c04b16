"""What serving scripts use of PyPI's sagemaker-inference."""
