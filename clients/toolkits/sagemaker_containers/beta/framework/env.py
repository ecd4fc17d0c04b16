from sagebrush_stand_in import lacks
from sagebrush_training_job import Environment as TrainingEnv

__getattr__ = lacks(__name__)
