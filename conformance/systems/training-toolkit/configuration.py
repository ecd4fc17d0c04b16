"""Makes a training job's configuration from a number: the same number, the same configuration."""

import json
import random

NAMES = ["epochs", "batch-size", "learning_rate", "x", "N", "label", "with.dot", "with space", "ünï", "dropout-p", "--odd"]
TEXTS = ["", "a b", "it's", 'say "hi"', "$HOME `id` \\n", "né ✓", "null", "true", "12", "[1,", "{}", "-1", "--flag", "a=b;c", "x" * 300]
NUMBERS = [0, 1, -7, 10**15, 10**22, 0.1, 1e-7, 1e16, 123456789.123456789, -0.0, 2.5e300]

WORKING = """
import json, os, sys
def show():
    print("SEEN " + json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]), flush=True)
"""

ENDINGS = {
    "success": "",
    "exit": "sys.exit({code})",
    "exit with words": "sys.exit('no data in ' + repr(sys.argv[1:2]))",
    "error": "raise {error}",
    "error in a function": "def fit(rows):\n    return rows / 0\n\nprint('warming up', file=sys.stderr)\nfit(3)",
    "chained error": "try:\n    int('seven')\nexcept ValueError as e:\n    raise RuntimeError('no number') from e",
    "killed": "import signal; sys.stdout.flush(); os.kill(os.getpid(), signal.{signal})",
    "syntax error": "def (",
    "no such module": "import not_a_module_of_anybody",
}
ERRORS = ["ValueError('bad label: 7')", "KeyError('colonne é')", "RuntimeError('first\\nsecond')", "MemoryError()", "KeyboardInterrupt()"]


def value(chance):
    """A hyperparameter as a caller writes it: as JSON, as the SDK does, or as the text itself."""
    kind = chance.choice(["text", "text", "number", "number", "flag", "nothing", "list", "map", "plain"])
    if kind == "plain":
        return chance.choice(TEXTS)
    made = {
        "text": lambda: chance.choice(TEXTS),
        "number": lambda: chance.choice(NUMBERS),
        "flag": lambda: chance.random() < 0.5,
        "nothing": lambda: None,
        "list": lambda: [chance.choice(NUMBERS), chance.choice(TEXTS), None, True],
        "map": lambda: {"inner": chance.choice(TEXTS), "deep": {"n": chance.choice(NUMBERS), "l": []}},
    }[kind]()
    return json.dumps(made)


def script(chance, ending):
    words = ENDINGS[ending].format(
        code=chance.choice([1, 2, 3, 7, 42, 255]),
        error=chance.choice(ERRORS),
        signal=chance.choice(["SIGKILL", "SIGSEGV", "SIGTERM"]),
    )
    return f"{WORKING}\nshow()\n{words}\n"


def configuration(number):
    chance = random.Random(number)
    names = chance.sample(NAMES, chance.randint(0, 6))
    hyperparameters = {name: value(chance) for name in names}
    ending = chance.choice(["success"] * 8 + list(ENDINGS))
    kind = chance.choice(["program"] * 16 + ["command"] * 5 + ["folder"] * 3 + ["package"])
    files = {"seen.py": WORKING}
    if kind == "command":
        entry = chance.choice(["run.sh", "bin/start.sh"])
        code = chance.choice([0, 0, 0, 1, 3, 77])
        words = "" if code == 0 else f"\necho 'Error: it went wrong' >&2\nexit {code}"
        files[entry] = f"#!/bin/sh\nPYTHONPATH=. python -c 'import seen; seen.show()' \"$@\"{words}\n"
    else:
        entry = "nested/deeper/train.py" if kind == "folder" else "train.py"
        files[entry] = script(chance, ending)
    if kind == "package":
        files["setup.py"] = "from setuptools import setup\nsetup(name='train', version='1.0', py_modules=['train', 'seen'])\n"
    reserved = {"sagemaker_program": json.dumps(entry) if chance.random() < 0.8 else entry}
    if chance.random() < 0.3:
        reserved["sagemaker_container_log_level"] = json.dumps(chance.choice([10, 20, 30]))
    if chance.random() < 0.3:
        reserved["sagemaker_region"] = json.dumps("us-west-2")
    if chance.random() < 0.3:
        reserved["sagemaker_job_name"] = json.dumps("another-name")
    if chance.random() < 0.2:
        reserved["sagemaker_parameter_server_enabled"] = "false"
    if chance.random() < 0.1:
        reserved["sagemaker_anything_else"] = json.dumps({"a": 1})
    environment = {name: chance.choice(["1", "a b", "é", ""]) for name in chance.sample(["DEBUG", "my_var", "X_1", "TRAIN"], chance.randint(0, 3))}
    channels = chance.sample(["training", "validation", "train", "my-data", "test_2"], chance.randint(0, 3))
    return {
        "hyperparameters": {**hyperparameters, **reserved},
        "environment": {**environment, "SAGEMAKER_TRAINING_MODULE": "under_the_toolkit:main"},
        "channels": {name: chance.choice([None, "text/csv"]) for name in channels},
        "files": files,
    }
