"""What training scripts use of PyPI's sagemaker-training, which has to be compiled where it is installed."""
