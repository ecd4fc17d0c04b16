"""Runs a function on the hosts of a job. Jobs have one host here."""

import sys

from sagebrush_training_job import wait_hostname_resolution


def rabit_run(
    exec_fun, args, include_in_training, hosts, current_host, first_port=None, second_port=None, max_connect_attempts=None,
    connect_retry_timeout=3, update_rabit_args=False
):
    if len(hosts) > 1:
        raise RuntimeError(f"XGBoost is not trained on {len(hosts)} hosts together here; set InstanceCount to 1.")
    if not include_in_training:
        print(f"Host {current_host} not being used for distributed training.")
        sys.exit(0)
    if update_rabit_args:
        args.update({"is_master": True})
    exec_fun(**args)
