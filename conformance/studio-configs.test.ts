import { expect, test } from "vitest";
import { runClient, runPython } from "./python-clients.ts";
import { useServer } from "./server.ts";

const server = useServer();

test("boto3 makes, changes, lists and deletes what apps and notebooks are set up with", async (context) => {
  const said = await runPython(
    context,
    server,
    "data",
    `
import base64, json, boto3
from botocore.exceptions import ClientError

sm = boto3.client("sagemaker")
def refused(call, **words):
    try:
        call(**words)
    except ClientError as error:
        return [error.response["Error"]["Code"], error.response["Error"]["Message"]]

script = base64.b64encode(b"#!/bin/bash\\necho ready\\n").decode()
other = base64.b64encode(b"echo other").decode()
out = {}

repository = dict(CodeRepositoryName="Work")
sm.create_code_repository(**repository, GitConfig=dict(RepositoryUrl="https://github.com/acme/work.git", Branch="main"))
out["twice"] = refused(sm.create_code_repository, **repository, GitConfig=dict(RepositoryUrl="https://github.com/acme/work.git"))
secret = "arn:aws:secretsmanager:us-west-2:123456789012:secret:AmazonSageMaker-x"
out["secret"] = refused(sm.update_code_repository, **repository, GitConfig=dict(SecretArn=secret))
sm.update_code_repository(**repository)
out["repository"] = sm.describe_code_repository(**repository)["GitConfig"]
out["repositories"] = [r["CodeRepositoryName"] for r in sm.list_code_repositories(NameContains="or")["CodeRepositorySummaryList"]]
sm.delete_code_repository(**repository)
out["no repository"] = refused(sm.describe_code_repository, **repository)

for name, kind in [("lab", "JupyterLab"), ("editor", "CodeEditor")]:
    sm.create_studio_lifecycle_config(StudioLifecycleConfigName=name, StudioLifecycleConfigContent=script, StudioLifecycleConfigAppType=kind)
out["labs"] = [c["StudioLifecycleConfigName"] for c in sm.list_studio_lifecycle_configs(AppTypeEquals="JupyterLab")["StudioLifecycleConfigs"]]
out["content"] = sm.describe_studio_lifecycle_config(StudioLifecycleConfigName="lab")["StudioLifecycleConfigContent"] == script
out["no base64"] = refused(sm.create_studio_lifecycle_config, StudioLifecycleConfigName="x", StudioLifecycleConfigContent="#!/bin/bash", StudioLifecycleConfigAppType="JupyterLab")
sm.delete_studio_lifecycle_config(StudioLifecycleConfigName="lab")
out["no config"] = refused(sm.describe_studio_lifecycle_config, StudioLifecycleConfigName="lab")[0]

named = dict(NotebookInstanceLifecycleConfigName="start")
sm.create_notebook_instance_lifecycle_config(**named, OnStart=[dict(Content=script)])
sm.update_notebook_instance_lifecycle_config(**named, OnCreate=[dict(Content=other)])
described = sm.describe_notebook_instance_lifecycle_config(**named)
out["hooks"] = [described["OnCreate"][0]["Content"] == other, described["OnStart"][0]["Content"] == script]
out["hook twice"] = refused(sm.create_notebook_instance_lifecycle_config, **named)
sm.delete_notebook_instance_lifecycle_config(**named)
out["no hooks"] = refused(sm.delete_notebook_instance_lifecycle_config, **named)
out["lists"] = [len(sm.list_notebook_instance_lifecycle_configs()["NotebookInstanceLifecycleConfigs"])]

config = dict(AppImageConfigName="kernels")
sm.create_app_image_config(**config, KernelGatewayImageConfig=dict(KernelSpecs=[dict(Name="python3")]))
sm.update_app_image_config(**config, JupyterLabAppImageConfig=dict(ContainerConfig=dict(ContainerArguments=["--debug"])))
described = sm.describe_app_image_config(**config)
out["app"] = ["KernelGatewayImageConfig" in described, described["JupyterLabAppImageConfig"]["ContainerConfig"]["ContainerArguments"]]
out["apps"] = [c["AppImageConfigName"] for c in sm.list_app_image_configs()["AppImageConfigs"]]
sm.delete_app_image_config(**config)
out["no app"] = refused(sm.describe_app_image_config, **config)[0]

image = dict(ImageName="tools")
sm.create_image(**image, RoleArn="arn:aws:iam::123456789012:role/Apps", Tags=[dict(Key="team", Value="a")])
sm.get_waiter("image_created").wait(**image)
for _ in range(2):
    arn = sm.create_image_version(**image, BaseImage="123456789012.dkr.ecr.us-west-2.amazonaws.com/tools:1", ClientToken="once")["ImageVersionArn"]
sm.get_waiter("image_version_created").wait(**image)
out["version"] = arn.rsplit(":", 1)[1]
sm.update_image_version(**image, Version=1, AliasesToAdd=["stable"], ProgrammingLang="Python 3.12")
out["alias"] = sm.describe_image_version(**image, Alias="stable")["ProgrammingLang"]
out["aliases"] = sm.list_aliases(**image)["SageMakerImageVersionAliases"]
sm.update_image(**image, DisplayName="Tools")
out["images"] = [i["DisplayName"] for i in sm.list_images()["Images"]]
out["versions"] = [v["Version"] for v in sm.list_image_versions(**image)["ImageVersions"]]
sm.delete_image_version(**image, Version=1)
sm.get_waiter("image_version_deleted").wait(**image, Version=1)
sm.delete_image(**image)
sm.get_waiter("image_deleted").wait(**image)
print(json.dumps(out))
`,
  );
  expect(JSON.parse(said)).toEqual({
    twice: ["ValidationException", expect.stringContaining("Cannot create a duplicate CodeRepository")],
    secret: ["ValidationException", expect.stringContaining("GitConfig.SecretArn")],
    repository: { RepositoryUrl: "https://github.com/acme/work.git", Branch: "main" },
    repositories: ["Work"],
    "no repository": ["ValidationException", expect.stringContaining("Cannot find CodeRepository")],
    labs: ["lab"],
    content: true,
    "no base64": ["ValidationException", expect.stringContaining("StudioLifecycleConfigContent")],
    "no config": "ResourceNotFound",
    hooks: [true, true],
    "hook twice": ["ValidationException", expect.stringContaining("already exists")],
    "no hooks": ["ValidationException", expect.stringContaining("does not exist")],
    lists: [0],
    app: [false, ["--debug"]],
    apps: ["kernels"],
    "no app": "ResourceNotFound",
    version: "image-version/tools/1",
    alias: "Python 3.12",
    aliases: ["stable"],
    images: ["Tools"],
    versions: [1],
  });
});

test("the AWS CLI makes them too", async (context) => {
  const { stdout } = await runClient(context, server, "data", [
    ...["aws", "sagemaker", "create-app-image-config", "--app-image-config-name", "shell"],
    ...["--code-editor-app-image-config", "{}", "--query", "AppImageConfigArn", "--output", "text"],
  ]);
  expect(stdout.trim()).toMatch(/app-image-config\/shell$/);
});
