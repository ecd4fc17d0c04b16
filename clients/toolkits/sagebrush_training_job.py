"""The job as a training script sees it, from the variables that its run sets."""

import json
import os
import socket


class Environment:
    """The properties that SM_TRAINING_ENV lists, as attributes: hosts, current_host, hyperparameters, model_dir ..."""

    def __init__(self, **_settings):
        text = os.environ.get("SM_TRAINING_ENV")
        if text is None:
            raise RuntimeError("SM_TRAINING_ENV is not set: this program is not the script of a training job.")
        self._properties = json.loads(text)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._properties[name]
        except KeyError:
            raise AttributeError(f"The environment of a training job has no {name}; it has {', '.join(self._properties)}.") from None

    @property
    def is_main(self):
        return self.current_host == self.master_hostname

    def to_env_vars(self):
        """The variables SM_... of the job."""
        return {name: value for name, value in os.environ.items() if name.startswith("SM_")}

    def to_cmd_args(self):
        """The arguments that the script was started with."""
        return json.loads(os.environ["SM_USER_ARGS"])


def wait_hostname_resolution(hosts=None):
    """Returns when the names of the job's hosts can be resolved, which they can before the script starts."""
    for host in hosts or json.loads(os.environ["SM_HOSTS"]):
        socket.gethostbyname(host)
