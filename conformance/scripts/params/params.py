"""Takes a hyperparameter of every type and says so when one has arrived as another."""

import argparse
import json
import os

parser = argparse.ArgumentParser()
parser.add_argument("--integer", type=int)
parser.add_argument("--float", type=float)
parser.add_argument("--boolean", type=lambda text: text.lower() == "true")
parser.add_argument("--string", type=str)
parser.add_argument("--list", type=json.loads)
parser.add_argument("--dict", type=json.loads)
arguments, _ = parser.parse_known_args()

expected = {"integer": 1, "float": 3.14, "boolean": True, "string": "Hello World", "list": [1, 2, 3]}
hyperparameters = json.loads(os.environ["SM_HPS"])
for name, value in expected.items():
    assert hyperparameters[name] == value and type(hyperparameters[name]) is type(value), (name, hyperparameters[name])
assert hyperparameters["dict"] == {"key": "value", "nested": {"a": 1.5}}, hyperparameters["dict"]
assert os.environ["SM_HP_INTEGER"] == "1"
assert os.environ["SM_CURRENT_HOST"] == "algo-1"
assert json.loads(os.environ["SM_CHANNELS"]), os.environ["SM_CHANNELS"]
with open("/opt/ml/model/model.json", "w") as file:
    json.dump(hyperparameters, file)
print("params=0.75;")
