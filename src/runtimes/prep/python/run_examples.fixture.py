"""Runs the script of each example in its folder, in one Python: run_examples.fixture.py FOLDER..."""

import json
import os
import runpy
import sys

faults = {}
for folder in sys.argv[1:]:
    os.chdir(folder)
    try:
        runpy.run_path("script.py")
    except Exception as error:
        faults[folder] = f"{type(error).__name__}: {error}"
print(json.dumps(faults))
