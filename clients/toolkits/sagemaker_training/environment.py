from sagebrush_stand_in import lacks
from sagebrush_training_job import Environment

__getattr__ = lacks(__name__)
