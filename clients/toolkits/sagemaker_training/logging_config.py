import logging

from sagebrush_stand_in import lacks

__getattr__ = lacks(__name__)


def get_logger():
    return logging.getLogger("sagemaker-training-toolkit")
