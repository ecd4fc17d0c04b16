"""Trains from the newest checkpoint of a folder on, and writes one after each round."""

import os
import re

import xgboost

NAME = re.compile(r"^xgboost-checkpoint\.([0-9]+)$")


def load_checkpoint(checkpoint_dir, max_try=5):
    """Returns the path of the newest checkpoint that can be read, and the rounds that it has; (None, 0) without one."""
    found = NAME.match
    files = os.listdir(checkpoint_dir) if checkpoint_dir and os.path.isdir(checkpoint_dir) else []
    rounds = sorted((int(found(name)[1]) for name in files if found(name)), reverse=True)
    for number in rounds[:max_try]:
        path = os.path.join(checkpoint_dir, f"xgboost-checkpoint.{number}")
        try:
            xgboost.Booster().load_model(path)
            return path, number + 1
        except xgboost.core.XGBoostError:
            print(f"The checkpoint {path} cannot be read.")
    return None, 0


class SaveCheckpoint(xgboost.callback.TrainingCallback):
    """Writes xgboost-checkpoint.ROUND, and keeps the newest `max_to_keep`."""

    def __init__(self, checkpoint_dir, start_iteration=0, max_to_keep=5, num_round=None, rank=0, iteration=None, end_iteration=None):
        self.folder, self.start, self.kept, self.is_first = checkpoint_dir, start_iteration, max_to_keep, rank == 0
        os.makedirs(checkpoint_dir, exist_ok=True)

    def after_iteration(self, model, epoch, evals_log):
        if self.is_first:
            path = os.path.join(self.folder, f"xgboost-checkpoint.{self.start + epoch}")
            model.save_model(f"{path}.json")
            os.replace(f"{path}.json", path)
            old = os.path.join(self.folder, f"xgboost-checkpoint.{self.start + epoch - self.kept}")
            if os.path.exists(old):
                os.remove(old)
        return False


def save_checkpoint(checkpoint_dir, start_iteration=0, max_to_keep=5, num_round=None, rank=0, iteration=None, end_iteration=None):
    return SaveCheckpoint(checkpoint_dir, start_iteration, max_to_keep, num_round, rank)


def train(train_args, checkpoint_dir):
    """Calls xgboost.train with these arguments, from the newest checkpoint on."""
    model, done = load_checkpoint(checkpoint_dir)
    args = dict(train_args)
    args["callbacks"] = [*args.get("callbacks", []), SaveCheckpoint(checkpoint_dir, done)]
    args["num_boost_round"] = max(0, args.get("num_boost_round", 10) - done)
    return xgboost.train(**args, xgb_model=model)
