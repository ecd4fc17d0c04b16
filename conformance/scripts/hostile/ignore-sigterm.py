"""Ignores SIGTERM, as do two programs that it starts in sessions of their own. Leaves a model and an output."""

import os
import signal
import subprocess
import sys
import time

signal.signal(signal.SIGTERM, signal.SIG_IGN)
if len(sys.argv) == 1:
    for _ in range(2):
        # What is ignored stays so in what is started.
        subprocess.Popen([sys.executable, __file__, "child"], start_new_session=True)
    os.makedirs("/opt/ml/output/data", exist_ok=True)
    for path in ("/opt/ml/model/weights", "/opt/ml/output/data/notes"):
        with open(path, "w") as file:
            file.write("kept")
    print("ignores", flush=True)
time.sleep(600)
