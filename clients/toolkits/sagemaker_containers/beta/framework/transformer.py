"""Imported by many scripts and used by none of them: its work is the run's here."""

from sagebrush_stand_in import lacks

__getattr__ = lacks(__name__)
