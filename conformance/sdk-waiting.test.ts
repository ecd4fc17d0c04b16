import { expect, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { useServer } from "./server.ts";
import { xgboost } from "./xgboost-job.ts";

const server = useServer();

/** Notes each pause that a program of the SDK makes itself, and by what function. Its jobs take longer than one pause. */
const noted = `
import pathlib, sys, tempfile, time
pauses = []
sleep = time.sleep

def noted_sleep(seconds):
    caller = sys._getframe(1)
    if "/sagemaker/" in caller.f_code.co_filename and caller.f_code.co_name != "<lambda>":
        pauses.append((caller.f_code.co_name, seconds))
    sleep(seconds)

time.sleep = noted_sleep
rows = pathlib.Path(tempfile.mkdtemp()) / "rows.csv"
rows.write_text("".join(f"{i % 2},{i * 7919 % 10007},{i * 104729 % 10009}\\n" for i in range(20_000)))
image, role = "${xgboost}", "arn:aws:iam::123456789012:role/SageMakerRole"
parameters = {"num_round": "100", "objective": "binary:logistic"}
`;

/** What an SDK waits by, and what it does with a pause that the program gives. */
const given = (session: string) => `
import ${session} as session_module
answers = [None, None, {"done": True}]
print("GIVEN", session_module._wait_until(lambda: answers.pop(0), 0.25), [pause for pause in pauses if pause[1] == 0.25])
`;

test("SDK 2 looks every second for the end of a job that it follows, and as often as it is told", async (context) => {
  const output = await runPython(
    context,
    server,
    "v2",
    `${noted}
import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
session = sagemaker.Session()
estimator = Estimator(image, role, 1, "ml.m5.large", hyperparameters=parameters, sagemaker_session=session)
data = session.upload_data(str(rows), key_prefix="rows")
for logs in ["All", False]:
    pauses.clear()
    estimator.fit({"train": TrainingInput(data, content_type="text/csv")}, logs=logs)
    # Which function pauses follows from how far the job is when it looks.
    print("PAUSES", logs, sorted({seconds for _, seconds in pauses}))
# What it compares the seconds since its last look at the job with.
print("LOOKS", [30 in function.__code__.co_consts for function in (
    sagemaker.session._logs_for_job, sagemaker.Session.logs_for_processing_job, sagemaker.Session.logs_for_transform_job,
)])
${given("sagemaker.session")}`,
  );
  expect(output.match(/^(PAUSES|LOOKS|GIVEN) .*$/gm)).toEqual([
    "PAUSES All [1]",
    "PAUSES False [1]",
    "LOOKS [False, False, False]",
    "GIVEN {'done': True} [('_wait_until', 0.25), ('_wait_until', 0.25), ('_wait_until', 0.25)]",
  ]);
});

test("SDK 3 does the same", async (context) => {
  const output = await runPython(
    context,
    server,
    "v3",
    `${noted}
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.resources import TrainingJob
from sagemaker.core.training.configs import Compute, InputData
from sagemaker.train import ModelTrainer
session = Session()
data = session.upload_data(str(rows), key_prefix="rows")
trainer = ModelTrainer(
    training_image=image, role=role, compute=Compute(instance_type="ml.m5.large", instance_count=1),
    hyperparameters=parameters, sagemaker_session=session,
)
inputs = [InputData(channel_name="train", data_source=data, content_type="text/csv")]
trainer.train(input_data_config=inputs)
print("PAUSES", sorted({seconds for _, seconds in pauses}))
pauses.clear()
trainer.train(input_data_config=inputs, wait=False)
trainer._latest_training_job.wait(poll=2)
print("PAUSES told", sorted(set(pauses)))
${given("sagemaker.core.helper.session_helper")}`,
  );
  expect(output.match(/^(PAUSES|GIVEN) .*$/gm)).toEqual([
    "PAUSES [1]",
    "PAUSES told [('wait', 2)]",
    "GIVEN {'done': True} [('_wait_until', 0.25), ('_wait_until', 0.25), ('_wait_until', 0.25)]",
  ]);
});
