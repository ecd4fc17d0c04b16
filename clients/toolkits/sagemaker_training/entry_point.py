from sagebrush_stand_in import lacks
from sagebrush_training_job import wait_hostname_resolution as _wait_hostname_resolution

__getattr__ = lacks(__name__)
