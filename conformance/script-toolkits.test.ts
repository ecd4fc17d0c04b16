import { expect, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { useServer } from "./server.ts";

const server = useServer({ environment: scriptEnvironments });

const fitAndServe = `
import io, json, os, random, tempfile
import numpy, scipy.sparse
import sagemaker
from sagemaker.amazon.common import write_numpy_to_dense_tensor, write_spmatrix_to_sparse_tensor
from sagemaker.xgboost import XGBoost

session = sagemaker.Session()
folder = tempfile.mkdtemp()
rows = numpy.random.default_rng(0).integers(1, 9, (200, 4)).astype("float32")
numpy.savetxt(f"{folder}/rows.csv", rows, delimiter=",", fmt="%d")
places = {"csv": session.upload_data(f"{folder}/rows.csv", key_prefix="csv")}
with open(f"{folder}/dense.pb", "wb") as file:
    write_numpy_to_dense_tensor(file, rows[:, 1:], rows[:, 0])
with open(f"{folder}/sparse.pb", "wb") as file:
    write_spmatrix_to_sparse_tensor(file, scipy.sparse.csr_matrix(rows[:, 1:]), rows[:, 0])
for name in ("dense", "sparse"):
    places[name] = session.upload_data(f"{folder}/{name}.pb", key_prefix=name)
estimator = XGBoost(
    entry_point="train.py", source_dir="conformance/scripts/toolkits", framework_version="1.7-1", hyperparameters={"max_depth": 3},
    role="arn:aws:iam::123456789012:role/SageMakerRole", instance_type="ml.m5.large", instance_count=1, sagemaker_session=session,
)
estimator.fit(places)
predictor = estimator.deploy(initial_instance_count=1, instance_type="ml.m5.large", entry_point="inference.py", source_dir="conformance/scripts/toolkits")
runtime = session.sagemaker_runtime_client
def ask(body, kind):
    answer = runtime.invoke_endpoint(EndpointName=predictor.endpoint_name, Body=body, ContentType=kind, Accept="application/json")
    return json.loads(answer["Body"].read())
three = rows[:3, 1:]
records = io.BytesIO()
write_numpy_to_dense_tensor(records, three)
print("\\nRESULT " + json.dumps([
    ask("\\n".join(",".join(map(str, row)) for row in three), "text/csv"),
    ask("\\n".join("0 " + " ".join(f"{i}:{v}" for i, v in enumerate(row)) for row in three), "text/libsvm"),
    ask(records.getvalue(), "application/x-recordio-protobuf"),
]))
predictor.delete_endpoint()
`;

test("scripts find the modules of AWS's images: XGBoost is trained and served as its examples do", async (context) => {
  const output = await runPython(context, server, "v2", fitAndServe);
  expect(output).toContain("types text/csv [1, 2] text/csv");
  expect(output).toContain("sagemaker_containers.beta.framework.modules has no download_and_install here");
  const [csv, libsvm, records] = JSON.parse(/^RESULT (.*)$/m.exec(output)![1]!);
  expect(csv).toEqual([expect.any(Number), expect.any(Number), expect.any(Number)]);
  expect([libsvm, records]).toEqual([csv, csv]);
});
