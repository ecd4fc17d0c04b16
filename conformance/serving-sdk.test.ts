import { expect, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { useServer } from "./server.ts";

const server = useServer({ environment: scriptEnvironments });

const resultOf = (output: string): unknown => JSON.parse(/RESULT (.*)$/m.exec(output)![1]!);

const start = `
import json, os, tarfile, tempfile
import numpy
import sagemaker
from sklearn.datasets import load_iris

session = sagemaker.Session()
role = "arn:aws:iam::123456789012:role/SageMakerRole"
folder = tempfile.mkdtemp()
iris = load_iris(as_frame=True)
rows = iris.data.values[[0, 75, 149]]
`;

const fitAndDeploy = `${start}
from sagemaker.serializers import CSVSerializer, JSONSerializer
from sagemaker.deserializers import CSVDeserializer, JSONDeserializer
from sagemaker.sklearn import SKLearn

os.makedirs(f"{folder}/train")
iris.frame.rename(columns={"target": "class"}).to_csv(f"{folder}/train/iris.csv", index=False)
estimator = SKLearn(
    entry_point="iris.py", source_dir="conformance/scripts/serving", role=role, instance_type="ml.m5.large",
    framework_version="1.2-1", hyperparameters={"n-estimators": 20}, sagemaker_session=session,
)
estimator.fit({"train": session.upload_data(f"{folder}/train", key_prefix="train")})
predictor = estimator.deploy(initial_instance_count=1, instance_type="ml.m5.large")
npy = predictor.predict(rows)
predictor.serializer, predictor.deserializer = CSVSerializer(), CSVDeserializer()
csv = predictor.predict(rows)
predictor.serializer, predictor.deserializer = JSONSerializer(), JSONDeserializer()
answers = [str(npy.dtype), npy.tolist(), csv, predictor.predict(rows)]
predictor.delete_model()
predictor.delete_endpoint()
try:
    predictor.predict(rows)
except Exception as error:
    answers.append(str(error))
print("RESULT", json.dumps(answers))
`;

test("SDK 2: a fitted SKLearn is deployed, and predicts from npy, csv and json until it is deleted (O05)", async (context) => {
  expect(resultOf(await runPython(context, server, "v2", fitAndDeploy))).toEqual([
    "int64",
    [0, 1, 2],
    [["0"], ["1"], ["2"]],
    [0, 1, 2],
    expect.stringMatching(/ValidationError.*Endpoint sagemaker-scikit-learn-.* of account 123456789012 not found/),
  ]);
});

const xgboostModel = `${start}
from sagemaker.serializers import LibSVMSerializer
from sagemaker.deserializers import StringDeserializer
from sagemaker.xgboost import XGBoostModel

def tree(threshold, low, high):
    return {"base_weights": [0.0, low, high], "categories": [], "categories_nodes": [], "categories_segments": [], "categories_sizes": [],
      "default_left": [0, 0, 0], "id": 0, "left_children": [1, -1, -1], "loss_changes": [1.0, 0.0, 0.0], "parents": [2147483647, 0, 0],
      "right_children": [2, -1, -1], "split_conditions": [threshold, low, high], "split_indices": [2, 0, 0], "split_type": [0, 0, 0],
      "sum_hessian": [2.0, 1.0, 1.0], "tree_param": {"num_deleted": "0", "num_feature": "4", "num_nodes": "3", "size_leaf_vector": "1"}}
booster = {"learner": {"attributes": {}, "feature_names": [], "feature_types": [], "gradient_booster": {"model": {
    "gbtree_model_param": {"num_parallel_tree": "1", "num_trees": "1"}, "iteration_indptr": [0, 1], "tree_info": [0], "trees": [tree(2.5, 1.0, 7.0)]}, "name": "gbtree"},
  "learner_model_param": {"base_score": "0E0", "boost_from_average": "1", "num_class": "0", "num_feature": "4", "num_target": "1"},
  "objective": {"name": "reg:squarederror", "reg_loss_param": {"scale_pos_weight": "1"}}}, "version": [2, 1, 0]}
json.dump(booster, open(f"{folder}/model.json", "w"))
with tarfile.open(f"{folder}/model.tar.gz", "w:gz") as archive:
    archive.add(f"{folder}/model.json", "model.json")
model = XGBoostModel(
    model_data=session.upload_data(f"{folder}/model.tar.gz", key_prefix="booster"), entry_point="trees.py",
    source_dir="conformance/scripts/serving", framework_version="3.0-5", role=role, sagemaker_session=session,
)
predictor = model.deploy(initial_instance_count=1, instance_type="ml.m5.large", deserializer=StringDeserializer())
answers = [predictor.predict("0 1:1 2:1.4 3:2\\n1:1 2:6", initial_args={"Accept": accept, "ContentType": "text/libsvm"}) for accept in ("text/csv", "text/table")]
answers.append(predictor.predict("1,1,6,2", initial_args={"Accept": "application/json", "ContentType": "text/csv"}))
predictor.delete_endpoint()
print("RESULT", json.dumps(answers))
`;

test("SDK 2: an XGBoostModel serves by a script with a requirement", async (context) => {
  expect(resultOf(await runPython(context, server, "v2", xgboostModel))).toEqual(["1.0\n7.0\n", "-\n1\n7\n-", "[7.0]"]);
});

const pipelineModel = `${start}
from sagemaker.deserializers import CSVDeserializer
from sagemaker.model import Model
from sagemaker.pipeline import PipelineModel
from sagemaker.serializers import CSVSerializer
from sagemaker.sklearn import SKLearnModel

open(f"{folder}/none", "w").close()
with tarfile.open(f"{folder}/none.tar.gz", "w:gz") as archive:
    archive.add(f"{folder}/none", "none")
data = session.upload_data(f"{folder}/none.tar.gz", key_prefix="none")
steps = []
for step in ("2", "10"):
    script = f"{folder}/times{step}.py"
    open(script, "w").write("import os\\ndef model_fn(folder):\\n    return float(os.environ['TIMES'])\\ndef predict_fn(rows, times):\\n    return rows * times\\n")
    more = {"SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "text/csv", "TIMES": step}
    steps.append(SKLearnModel(model_data=data, entry_point=script, framework_version="1.2-1", role=role, env=more, sagemaker_session=session))
pipeline = PipelineModel(models=steps, role=role, sagemaker_session=session, predictor_cls=sagemaker.predictor.Predictor)
predictor = pipeline.deploy(initial_instance_count=1, instance_type="ml.m5.large")
predictor.serializer, predictor.deserializer = CSVSerializer(), CSVDeserializer()
print("RESULT", json.dumps(predictor.predict([[1, 2], [3, 4]])))
predictor.delete_endpoint()
`;

test("SDK 2: a PipelineModel of two scripts", async (context) => {
  expect(resultOf(await runPython(context, server, "v2", pipelineModel))).toEqual([
    ["20.0", "40.0"],
    ["60.0", "80.0"],
  ]);
});

const multiDataModel = `${start}
from sagemaker.deserializers import JSONDeserializer
from sagemaker.multidatamodel import MultiDataModel
from sagemaker.serializers import JSONSerializer

script = """
import json, os
def model_fn(folder):
    return json.load(open(os.path.join(folder, "weights.json")))
def predict_fn(rows, weights):
    return [weights[int(row[2] > 2.5)] for row in rows]
"""
for name, weights in (("small", [1, 2]), ("large", [100, 200])):
    os.makedirs(f"{folder}/{name}/code")
    json.dump(weights, open(f"{folder}/{name}/weights.json", "w"))
    open(f"{folder}/{name}/code/inference.py", "w").write(script)
    with tarfile.open(f"{folder}/{name}.tar.gz", "w:gz") as archive:
        archive.add(f"{folder}/{name}", ".")
prefix = f"s3://{session.default_bucket()}/many/"
image = sagemaker.image_uris.retrieve("sklearn", session.boto_region_name, version="1.2-1", instance_type="ml.m5.large")
many = MultiDataModel(name="many-models", model_data_prefix=prefix, image_uri=image, role=role, sagemaker_session=session)
many.add_model(f"{folder}/small.tar.gz", "small.tar.gz")
many.deploy(initial_instance_count=1, instance_type="ml.m5.large")
predictor = sagemaker.predictor.Predictor(many.endpoint_name, session, JSONSerializer(), JSONDeserializer())
answers = [predictor.predict(rows, target_model="small.tar.gz")]
many.add_model(f"{folder}/large.tar.gz", "large.tar.gz")
answers += [predictor.predict(rows, target_model="large.tar.gz"), sorted(many.list_models())]
predictor.delete_endpoint()
print("RESULT", json.dumps(answers))
`;

test("SDK 2: a MultiDataModel takes another model while it serves (O08)", async (context) => {
  expect(resultOf(await runPython(context, server, "v2", multiDataModel))).toEqual([
    [1, 2, 2],
    [100, 200, 200],
    ["large.tar.gz", "small.tar.gz"],
  ]);
});

const modelBuilder = `
import json, os, tarfile, tempfile
from sagemaker.core.helper.session_helper import Session, get_execution_role
from sagemaker.serve.model_builder import ModelBuilder
from sagemaker.core.inference_config import ServerlessInferenceConfig
from sagemaker.core.training.configs import SourceCode

session = Session()
role = get_execution_role(session)
folder = tempfile.mkdtemp()
os.makedirs(f"{folder}/code")
open(f"{folder}/code/serve.py", "w").write("""
import json, os
def model_fn(folder):
    return json.load(open(os.path.join(folder, "weights.json")))
def predict_fn(rows, weights):
    return rows @ weights
""")
json.dump([1, 10], open(f"{folder}/weights.json", "w"))
with tarfile.open(f"{folder}/model.tar.gz", "w:gz") as archive:
    archive.add(f"{folder}/weights.json", "weights.json")
data = session.upload_data(f"{folder}/model.tar.gz", session.default_bucket(), "v3")
builder = ModelBuilder(
    image_uri="246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3",
    s3_model_data_url=data,
    source_code=SourceCode(source_dir=f"{folder}/code", entry_script="serve.py"),
    role_arn=role,
    instance_type="ml.m5.large",
    sagemaker_session=session,
)
builder.build(model_name="v3-builder")
endpoint = builder.deploy(endpoint_name="v3-builder", initial_instance_count=1)
answer = endpoint.invoke(body="[[1, 2], [3, 4]]", content_type="application/json", accept="application/json")
answers = [json.loads(answer.body.read())]
endpoint.delete()
asked = ServerlessInferenceConfig(memory_size_in_mb=2048, max_concurrency=2)
endpoint = builder.deploy(endpoint_name="v3-serverless", inference_config=asked)
variant = endpoint.production_variants[0]
answer = endpoint.invoke(body="[[5, 6]]", content_type="application/json", accept="application/json")
answers += [json.loads(answer.body.read()), variant.current_serverless_config.max_concurrency]
endpoint.delete()
print("RESULT", json.dumps(answers))
`;

test("SDK 3: a ModelBuilder repacks a script into the model, and deploys it, also serverless", async (context) => {
  expect(resultOf(await runPython(context, server, "v3", modelBuilder))).toEqual([[21, 43], [65], 2]);
});
