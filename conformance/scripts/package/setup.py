from setuptools import setup

setup(name="trainer", version="1.0.0", packages=["trainer"], py_modules=["train"])
