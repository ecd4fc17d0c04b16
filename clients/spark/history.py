"""Spark's own history server over the event logs of jobs: history.py PLACE PORT; the place is a folder, or one of S3."""

import os
import sys

import configuration
import defaults


def main():
    place, port = sys.argv[1:]
    work = os.environ["SAGEBRUSH_HISTORY_FOLDER"]
    os.makedirs(work, exist_ok=True)
    properties = {
        **defaults.object_store(),
        "spark.history.fs.logDirectory": place,
        "spark.history.ui.port": port,
        "spark.hadoop.hadoop.tmp.dir": os.path.join(work, "hadoop"),
    }
    path = os.path.join(work, "history.conf")
    configuration.write_properties(path, properties)
    home = defaults.spark_home()
    environment = {
        **os.environ,
        "SPARK_HOME": home,
        "SPARK_CONF_DIR": work,
        "SPARK_LOCAL_IP": defaults.LOOPBACK,
        "SPARK_NO_DAEMONIZE": "1",
    }
    program = os.path.join(home, "bin", "spark-class")
    words = ["org.apache.spark.deploy.history.HistoryServer", "--properties-file", path]
    os.execve(program, [program, *words], environment)


main()
