"""smspark-submit: the command of AWS's Spark images, which submits an application to the Spark of the job's host.

What a job asks for is read from its flags and its configuration.json, and written as Spark reads it: a folder of settings. The
job's work is one `spark-submit`; its exit code is the job's.
"""

import os
import signal
import subprocess
import sys

import configuration
import defaults
import event_logs
import options

# AWS's Spark works below the same folder of a job.
WORK = "/opt/ml/.spark"
CONFIGURATION = "/opt/ml/processing/input/conf/configuration.json"


def say(line):
    print(line, flush=True)


def main():
    try:
        asked = options.read(sys.argv[1:])
        folder = os.path.join(WORK, "conf")
        laid = configuration.lay(CONFIGURATION, folder, say)
        logs = event_logs.EventLogs(asked, WORK)
        properties = {**defaults.properties(WORK), **logs.properties(), **laid.properties}
        configuration.write_properties(os.path.join(folder, "spark-defaults.conf"), properties)
    except ValueError as error:
        sys.exit(f"smspark-submit: {error}")
    environment = {**os.environ, **defaults.variables(WORK, folder), **laid.variables}
    spark = os.path.join(environment["SPARK_HOME"], "bin", "spark-submit")
    command = [spark, "--master", defaults.master(), "--deploy-mode", "client", *asked.spark, asked.app, *asked.arguments]
    say("Submitting: " + " ".join(["spark-submit", *command[1:]]))
    child = subprocess.Popen(command, env=environment)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, _frame: child.send_signal(number))
    with logs:
        code = child.wait()
    sys.exit(128 - code if code < 0 else code)


main()
