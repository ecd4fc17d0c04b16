"""What AWS's framework images name as SAGEMAKER_TRAINING_MODULE: the toolkit's run, with the script's errors kept."""

from sagemaker_training import entry_point, environment


def main():
    known = environment.Environment()
    entry_point.run(
        uri=known.module_dir,
        user_entry_point=known.user_entry_point,
        args=known.to_cmd_args(),
        env_vars=known.to_env_vars(),
        capture_error=True,
    )
