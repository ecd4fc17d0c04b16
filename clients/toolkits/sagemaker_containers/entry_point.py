from sagemaker_training.entry_point import _wait_hostname_resolution
from sagebrush_stand_in import lacks

__getattr__ = lacks(__name__)
