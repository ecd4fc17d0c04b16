"""Trains as scripts for AWS's XGBoost image do, and checks what it reads against XGBoost's own readers."""

import argparse
import json
import os

import numpy
import xgboost
from sagemaker_algorithm_toolkit.exceptions import UserError
from sagemaker_containers import entry_point
from sagemaker_containers.beta.framework import content_types, encoders, env, modules, transformer, worker
from sagemaker_training import environment
from sagemaker_xgboost_container import checkpointing, distributed
from sagemaker_xgboost_container.data_utils import get_content_type, get_dmatrix, get_size


def same(one, other):
    numpy.testing.assert_array_equal(one.get_label(), other.get_label())
    numpy.testing.assert_array_equal(one.get_weight(), other.get_weight())
    numpy.testing.assert_array_equal(one.get_data().toarray(), other.get_data().toarray())


def check_readers(folders, scratch):
    rows = numpy.loadtxt(f"{folders['csv']}/rows.csv", delimiter=",", dtype="float32")
    csv = get_dmatrix(folders["csv"], get_content_type("text/csv; label_size=1"))
    same(csv, xgboost.DMatrix(f"{folders['csv']}/rows.csv?format=csv&label_column=0"))
    weighted = get_dmatrix(folders["csv"], "csv", csv_weights=1)
    same(weighted, xgboost.DMatrix(rows[:, 2:], rows[:, 0], weight=rows[:, 1]))

    libsvm = f"{scratch}/rows.libsvm"
    with open(libsvm, "w") as file:
        file.writelines(f"{row[0]}:0.5 {' '.join(f'{i}:{v}' for i, v in enumerate(row[1:]))}\n" for row in rows)
    same(get_dmatrix(libsvm, get_content_type(None)), xgboost.DMatrix(f"{libsvm}?format=libsvm"))

    import pandas

    pandas.DataFrame(rows, columns=list("abcd")).to_parquet(f"{scratch}/rows.parquet")
    same(get_dmatrix(f"{scratch}/rows.parquet", get_content_type("application/x-parquet")), csv)
    for name in ("dense", "sparse"):
        same(get_dmatrix(folders[name], get_content_type("application/x-recordio-protobuf")), csv)
    assert get_dmatrix(scratch + "/nothing", "csv") is None
    try:
        get_content_type("image/png")
    except UserError as error:
        assert str(error).startswith("image/png is not an accepted ContentType"), error


def train(params, dtrain, num_boost_round, model_dir, is_master):
    booster = checkpointing.train(
        {"params": params, "dtrain": dtrain, "num_boost_round": num_boost_round}, "/opt/ml/checkpoints"
    )
    assert sorted(os.listdir("/opt/ml/checkpoints")) == [f"xgboost-checkpoint.{i}" for i in range(5, 10)]
    assert checkpointing.load_checkpoint("/opt/ml/checkpoints")[1] == 10
    plain = xgboost.train(params, dtrain, num_boost_round)
    numpy.testing.assert_array_equal(booster.predict(dtrain), plain.predict(dtrain))
    if is_master:
        booster.save_model(f"{model_dir}/xgboost-model")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--max_depth", type=int)
    arguments, _ = parser.parse_known_args()
    job = environment.Environment()
    assert job.hosts == json.loads(os.environ["SM_HOSTS"]) and job.is_main and job.hyperparameters == {"max_depth": 3}
    assert env.TrainingEnv().model_dir == os.environ["SM_MODEL_DIR"]
    check_readers(job.channel_input_dirs, "/tmp")
    entry_point._wait_hostname_resolution()
    settings = {"params": {"max_depth": arguments.max_depth}, "num_boost_round": 10, "model_dir": job.model_dir}
    distributed.rabit_run(
        exec_fun=train,
        args={**settings, "dtrain": get_dmatrix(job.channel_input_dirs["csv"], "csv")},
        include_in_training=get_size(job.channel_input_dirs["csv"]) > 0,
        hosts=job.hosts,
        current_host=job.current_host,
        update_rabit_args=True,
    )
    try:
        modules.download_and_install()
    except AttributeError as error:
        print(error)
    print("types", content_types.CSV, encoders.encode([1, 2], content_types.JSON), worker.Response("x", "text/csv").mimetype)
