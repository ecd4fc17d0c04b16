"""Writes schemas.json: what the hyperparameter schema of each open XGBoost container says, as facts to compare with.

Run with: python make-schemas.py FOLDER, then npm run format. FOLDER/VERSION is github.com/aws/sagemaker-xgboost-container
at the branch or tag of each version (made with 0.90-1, 0.90-2, 1.0-1, 1.2-1, 1.2-2, 1.3-1, 1.5-1, 1.7-1, v3.0-5).
"""

import json
import pathlib
import subprocess
import sys

program = """
import json, os, sys, types

# Packages without their __init__, which imports what only the container has.
for name in ["sagemaker_xgboost_container", "sagemaker_xgboost_container.algorithm_mode"]:
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [os.path.join(os.environ["PYTHONPATH"], name.replace(".", "/"))]
from sagemaker_xgboost_container.algorithm_mode import hyperparameter_validation, metrics
from sagemaker_xgboost_container.constants.xgb_constants import XGB_MAXIMIZE_METRICS, XGB_MINIMIZE_METRICS

schema = hyperparameter_validation.initialize(metrics.initialize())
def allowed(name, one):
    if name == "eval_metric":
        return " ".join(sorted(XGB_MAXIMIZE_METRICS + XGB_MINIMIZE_METRICS))
    if name == "_tuning_objective_metric":
        return "metrics"
    if hasattr(one.range, "min_open"):
        return str(one.range)
    values = one.range if isinstance(one.range, list) else one.range.format()
    return " ".join(sorted({str(value) for value in values}))

print(json.dumps({
    "aliases": getattr(schema, "aliases", {}),
    "known": {
        # "Integer | [1, +inf) | required tunable": an interval, or the words that are allowed.
        name: " | ".join([
            "List" if type(one).__name__ == "CommaSeparatedListHyperparameter" else one.type,
            allowed(name, one),
            " ".join(word for word in ["required", "tunable"] if getattr(one, word)),
        ])
        for name, one in schema.hyperparameters.items()
    },
}))
"""

here = pathlib.Path(__file__).parent
folder = pathlib.Path(sys.argv[1])
schemas = {}
for version in ["0.90-1", "0.90-2", "1.0-1", "1.2-1", "1.2-2", "1.3-1", "1.5-1", "1.7-1", "3.0-5"]:
    source = next(path for path in [folder / version, folder / f"v{version}"] if path.exists()) / "src"
    done = subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": str(source)}, check=True, stdout=subprocess.PIPE)
    schemas[version] = json.loads(done.stdout)
(here / "schemas.json").write_text(json.dumps(schemas, indent=1))
