"""Counts the words of the text files of its input, and says how it was called."""

import argparse
import json
import os
import pathlib

parser = argparse.ArgumentParser()
parser.add_argument("--label", default="Total Words")
arguments = parser.parse_args()

root = pathlib.Path("/opt/ml/processing")
texts = [path.read_text() for path in sorted((root / "input/data").rglob("*.txt"))]
total = sum(len(text.split()) for text in texts)
print(f"{len(texts)} files")

(root / "output/counts").mkdir(exist_ok=True)
(root / "output/counts/words.txt").write_text(f"{arguments.label}: {total}\n")
config = json.loads(pathlib.Path("/opt/ml/config/processingjobconfig.json").read_text())
resources = json.loads(pathlib.Path("/opt/ml/config/resourceconfig.json").read_text())
(root / "output/config.json").write_text(json.dumps({"job": config, "resources": resources}))
os.symlink("/opt/ml/processing/output/config.json", root / "output/link.json")
pathlib.Path("/opt/ml/output/message").write_text(f"{total} words")
