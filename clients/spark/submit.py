"""smspark-submit: the command of AWS's Spark images, which submits an application to the Spark of the job's host.

What a job asks for is read from its flags and its configuration.json, and written as Spark reads it: a folder of settings. The
job's work is one `spark-submit`; its exit code is the job's.
"""

import os
import signal
import subprocess
import sys

import cluster
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
        hosts = cluster.Cluster(WORK)
        properties = {**defaults.properties(WORK), **hosts.properties(), **logs.properties(), **laid.properties}
        configuration.write_properties(os.path.join(folder, "spark-defaults.conf"), properties)
    except ValueError as error:
        sys.exit(f"smspark-submit: {error}")
    environment = {**os.environ, **defaults.variables(WORK, folder, hosts.address()), **laid.variables}
    spark = os.path.join(environment["SPARK_HOME"], "bin", "spark-submit")
    command = [spark, "--master", hosts.master(), "--deploy-mode", "client", *asked.spark, asked.app, *asked.arguments]
    sys.exit(alone(command, environment, logs) if hosts.is_one else together(hosts, command, environment, logs))


def alone(command, environment, logs):
    """Runs the application to its end. Returns its exit code as a shell does."""
    say("Submitting: " + " ".join(["spark-submit", *command[1:]]))
    child = subprocess.Popen(command, env=environment)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, _frame: child.send_signal(number))
    with logs:
        code = child.wait()
    return 128 - code if code < 0 else code


def together(hosts, command, environment, logs):
    """Has the hosts work on the application. Returns the exit code of this one."""
    lines = cluster.Lines(hosts.address(), len(hosts.hosts) - 1) if hosts.is_first else None
    line = None if hosts.is_first else hosts.line()
    daemons = hosts.start(environment)
    shown = cluster.ExecutorLogs(hosts.workers())
    # A host that is asked to end has nothing that it could still do for the others.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        if lines is None:
            return hosts.wait_until_done(line)
        lines.wait_for_all()
        code = alone(command, environment, logs)
        lines.end()
        return code
    finally:
        for daemon in daemons:
            daemon.terminate()
        for daemon in daemons:
            daemon.wait()
        shown.end()


main()
