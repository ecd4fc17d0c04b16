"""Runs generated configurations here as training jobs and under AWS's training toolkit, and compares.

compare.py FIRST COUNT prints a line that begins with "different" for whatever a script sees or a failure says that is not
the same, and ends with how many configurations were compared.
"""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time

import boto3

from configuration import configuration

BUCKET = "toolkit-" + sys.argv[1]
HERE = os.path.dirname(os.path.abspath(__file__))
IMAGE = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-base-python-311:1.0"
sagemaker, s3, logs = (boto3.client(name) for name in ("sagemaker", "s3", "logs"))


def archive(files):
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            member.mode = 0o644
            tar.addfile(member, io.BytesIO(text.encode()))
    return made.getvalue()


def begin(number, given):
    name = f"toolkit-{number}"
    s3.put_object(Bucket=BUCKET, Key=f"{name}.tar.gz", Body=archive(given["files"]))
    channels = [
        {
            "ChannelName": channel,
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/data"}},
            **({"ContentType": content_type} if content_type else {}),
        }
        for channel, content_type in given["channels"].items()
    ]
    place = json.dumps(f"s3://{BUCKET}/{name}.tar.gz")
    sagemaker.create_training_job(
        TrainingJobName=name,
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        RoleArn="arn:aws:iam::123456789012:role/SageMakerRole",
        HyperParameters={**given["hyperparameters"], "sagemaker_submit_directory": place},
        Environment=given["environment"],
        OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/out"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 600},
        **({"InputDataConfig": channels} if channels else {}),
    )
    return name


def end(name):
    """What the job's script saw, and what the job says of its failure."""
    while True:
        job = sagemaker.describe_training_job(TrainingJobName=name)
        if job["TrainingJobStatus"] in ("Completed", "Failed", "Stopped"):
            break
        time.sleep(0.1)
    events = logs.filter_log_events(logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix=f"{name}/")["events"]
    failure = job.get("FailureReason")
    if failure is not None:
        failure = re.sub(r", exit code: \d+$", "", failure.removeprefix("AlgorithmError: "))
    return seen([event["message"] for event in events]), failure


def under_the_toolkit(name, given):
    """The same under AWS's toolkit, in a folder in place of /opt/ml."""
    folder = tempfile.mkdtemp()
    try:
        config = os.path.join(folder, "input", "config")
        os.makedirs(config)
        for channel in given["channels"]:
            os.makedirs(os.path.join(folder, "input", "data", channel))
        for made in ("model", "output/data", "output/intermediate", "code"):
            os.makedirs(os.path.join(folder, made))
        source = os.path.join(folder, "source.tar.gz")
        with open(source, "wb") as file:
            file.write(archive(given["files"]))
        place = json.dumps(source)
        group = {"instance_group_name": "homogeneousCluster", "instance_type": "ml.m5.large", "hosts": ["algo-1"]}
        configs = {
            "hyperparameters": {**given["hyperparameters"], "sagemaker_submit_directory": place},
            "inputdataconfig": {
                channel: {
                    **({"ContentType": content_type} if content_type else {}),
                    "TrainingInputMode": "File",
                    "S3DistributionType": "FullyReplicated",
                    "RecordWrapperType": "None",
                }
                for channel, content_type in given["channels"].items()
            },
            "resourceconfig": {
                "current_host": "algo-1",
                "current_instance_type": "ml.m5.large",
                "current_group_name": "homogeneousCluster",
                "hosts": ["algo-1"],
                "instance_groups": [group],
                "network_interface_name": "eth0",
            },
        }
        for file_name, content in configs.items():
            with open(os.path.join(config, f"{file_name}.json"), "w") as file:
                json.dump(content, file)
        binaries = os.path.dirname(sys.executable)
        run = subprocess.run(
            [os.path.join(binaries, "train")],
            env={
                **given["environment"],
                "PATH": f"{binaries}:{os.environ['PATH']}",
                "SAGEMAKER_BASE_DIR": folder,
                "PYTHONPATH": HERE,
                "PYTHONDONTWRITEBYTECODE": "1",
                # Nothing resolves algo-1 here.
                "SM_STUDIO_LOCAL_MODE": "true",
                "TRAINING_JOB_NAME": name,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
        )
        failed = os.path.join(folder, "output", "failure")
        failure = open(failed).read() if run.returncode else None
        return seen(run.stdout.decode().splitlines()), failure, folder, source
    finally:
        shutil.rmtree(folder)


def seen(lines):
    shown = [json.loads(line[5:]) for line in lines if line.startswith("SEEN ")]
    assert len(shown) < 2, lines
    return shown[0] if shown else None


def plain(text, folder, source, place):
    """A text with what differs by nature made the same: the folder, the place of the code, the interpreter."""
    text = text.replace(source, place).replace(folder, "/opt/ml")
    return re.sub(r"\S*/bin/python\S*", "PYTHON", text)


# Set above for the toolkit; set here for every image, and in AWS by the images for PyTorch.
ELSEWHERE = {"SM_STUDIO_LOCAL_MODE", "SM_MASTER_ADDR", "SM_MASTER_PORT"}


def variables(environment, given):
    """A script's variables that the container contract speaks of, and those of the job's own."""
    return {
        name: value
        for name, value in environment.items()
        if name in given["environment"] or (name.startswith("SM_") and name not in ELSEWHERE)
    }


def said_lines(text):
    """A failure's text as a job shows it: 1,024 characters at most. The toolkit drops an empty line now and then."""
    return re.sub(r"\n\s*(?=\n)", "", text or "")[:900]


s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
s3.put_object(Bucket=BUCKET, Key="data/row.csv", Body=b"1,2\n")
first, count = int(sys.argv[1]), int(sys.argv[2])
given = {number: configuration(number) for number in range(first, first + count)}
names = {number: begin(number, given[number]) for number in given}
for number, name in names.items():
    wanted, said, folder, source = under_the_toolkit(name, given[number])
    found, told = end(name)
    place = f"s3://{BUCKET}/{name}.tar.gz"

    def differ(what, theirs, ours):
        theirs, ours = (plain(json.dumps(text, sort_keys=True), folder, source, place) for text in (theirs, ours))
        if theirs != ours:
            print(f"different {number}: {what}\n  toolkit {theirs}\n  here    {ours}")

    differ("whether the script ran", wanted is not None, found is not None)
    differ("failure", said_lines(said), said_lines(told))
    if wanted and found:
        differ("arguments", wanted[0], found[0])
        differ("working folder", wanted[2], found[2])
        theirs, ours = (variables(shown[1], given[number]) for shown in (wanted, found))
        for variable in sorted({*theirs, *ours}):
            differ(variable, theirs.get(variable), ours.get(variable))
print(f"{count} configurations compared")
