/** The hyperparameters of the example, as every client sends them: texts. */
export const hyperparameters = {
  objective: "binary:logistic",
  num_round: "100",
  max_depth: "4",
  eta: "0.2",
  eval_metric: "logloss",
} as const;

/** The image of SageMaker's built-in XGBoost in a region. */
export const xgboostImage = (region: string): string =>
  `683313688378.dkr.ecr.${region}.amazonaws.com/sagemaker-xgboost:1.7-1`;

const instanceType = "ml.m5.large";

/** The steps of the example as a boto3 program, to be run from the project's folder. */
export const boto3Steps = (region: string): string => `\
import boto3, time
s3, sagemaker, runtime = (boto3.client(name) for name in ("s3", "sagemaker", "sagemaker-runtime"))
account = boto3.client("sts").get_caller_identity()["Account"]
name = time.strftime("breast-cancer-boto3-%Y%m%d-%H%M%S")
bucket, role = f"sagemaker-${region}-{account}", f"arn:aws:iam::{account}:role/SageMakerRole"
image = "${xgboostImage(region)}"
rows = open("examples/data/breast-cancer.csv").read().split()[1:]
held_out = rows[::5]
s3.put_object(Bucket=bucket, Key=f"{name}/train.csv", Body="\\n".join(row for i, row in enumerate(rows) if i % 5))
sagemaker.create_training_job(
    TrainingJobName=name,
    AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File"},
    RoleArn=role,
    HyperParameters=${pythonDictionary(hyperparameters)},
    InputDataConfig=[{
        "ChannelName": "train",
        "ContentType": "text/csv",
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/{name}/train.csv"}},
    }],
    OutputDataConfig={"S3OutputPath": f"s3://{bucket}/{name}/output"},
    ResourceConfig={"InstanceType": "${instanceType}", "InstanceCount": 1, "VolumeSizeInGB": 10},
    StoppingCondition={"MaxRuntimeInSeconds": 3600},
)
sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=name)
artifact = sagemaker.describe_training_job(TrainingJobName=name)["ModelArtifacts"]["S3ModelArtifacts"]
sagemaker.create_model(
    ModelName=name, ExecutionRoleArn=role, PrimaryContainer={"Image": image, "ModelDataUrl": artifact}
)
variant = {"VariantName": "AllTraffic", "ModelName": name, "InstanceType": "${instanceType}", "InitialInstanceCount": 1}
sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name)
body = "\\n".join(row.split(",", 1)[1] for row in held_out)
answer = runtime.invoke_endpoint(EndpointName=name, ContentType="text/csv", Accept="text/csv", Body=body)
predictions = answer["Body"].read().decode().split()
right = sum((float(p) > 0.5) == (row[0] == "1") for p, row in zip(predictions, held_out, strict=True))
print(f"accuracy {right / len(held_out):.3f} on {len(held_out)} held-out rows")
sagemaker.delete_endpoint(EndpointName=name)
sagemaker.delete_endpoint_config(EndpointConfigName=name)
sagemaker.delete_model(ModelName=name)
`;

/** The steps of the example as lines for a POSIX shell with the AWS CLI, to be run from the project's folder. */
export const commandLineSteps = (region: string): string => `\
NAME=breast-cancer-cli-$(date +%Y%m%d-%H%M%S)
ACCOUNT=$(aws sts get-caller-identity --query Account --output text)
BUCKET=sagemaker-${region}-$ACCOUNT ROLE=arn:aws:iam::$ACCOUNT:role/SageMakerRole
IMAGE=${xgboostImage(region)} FOLDER=$(mktemp -d)
awk 'NR > 1 && NR % 5 != 2' examples/data/breast-cancer.csv > $FOLDER/train.csv
awk 'NR > 1 && NR % 5 == 2' examples/data/breast-cancer.csv > $FOLDER/held-out.csv
cut -d, -f2- $FOLDER/held-out.csv > $FOLDER/features.csv
aws s3 cp $FOLDER/train.csv s3://$BUCKET/$NAME/train.csv --no-progress
aws sagemaker create-training-job --training-job-name $NAME --role-arn $ROLE \\
  --algorithm-specification TrainingImage=$IMAGE,TrainingInputMode=File \\
  --hyper-parameters ${Object.entries(hyperparameters)
    .map(([name, value]) => `${name}=${value}`)
    .join(",")} \\
  --input-data-config "ChannelName=train,ContentType=text/csv,DataSource={S3DataSource={S3DataType=S3Prefix,S3Uri=s3://$BUCKET/$NAME/train.csv}}" \\
  --output-data-config S3OutputPath=s3://$BUCKET/$NAME/output \\
  --resource-config InstanceType=${instanceType},InstanceCount=1,VolumeSizeInGB=10 \\
  --stopping-condition MaxRuntimeInSeconds=3600
aws sagemaker wait training-job-completed-or-stopped --training-job-name $NAME
ARTIFACT=$(aws sagemaker describe-training-job --training-job-name $NAME \\
  --query ModelArtifacts.S3ModelArtifacts --output text)
aws sagemaker create-model --model-name $NAME --execution-role-arn $ROLE \\
  --primary-container Image=$IMAGE,ModelDataUrl=$ARTIFACT
aws sagemaker create-endpoint-config --endpoint-config-name $NAME \\
  --production-variants VariantName=AllTraffic,ModelName=$NAME,InstanceType=${instanceType},InitialInstanceCount=1
aws sagemaker create-endpoint --endpoint-name $NAME --endpoint-config-name $NAME
aws sagemaker wait endpoint-in-service --endpoint-name $NAME
aws sagemaker-runtime invoke-endpoint --endpoint-name $NAME --content-type text/csv --accept text/csv \\
  --body fileb://$FOLDER/features.csv $FOLDER/predictions.csv
paste -d, $FOLDER/predictions.csv $FOLDER/held-out.csv |
  awk -F, '($1 > 0.5) == $2 { right++ } END { printf "accuracy %.3f on %d held-out rows\\n", right / NR, NR }'
aws sagemaker delete-endpoint --endpoint-name $NAME
aws sagemaker delete-endpoint-config --endpoint-config-name $NAME
aws sagemaker delete-model --model-name $NAME
rm -r $FOLDER
`;

const pythonDictionary = (entries: Readonly<Record<string, string>>): string =>
  `{${Object.entries(entries)
    .map(([name, value]) => `"${name}": "${value}"`)
    .join(", ")}}`;
