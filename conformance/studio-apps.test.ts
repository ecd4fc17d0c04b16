import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { useServer } from "./server.ts";
import { role } from "./xgboost-job.ts";

// No environment is there, and no package to make one of.
const empty = mkdtempSync(join(tmpdir(), "sagebrush-apps-"));
afterAll(() => rmSync(empty, { recursive: true, force: true }));
const environment = { SAGEBRUSH_ENVIRONMENTS: join(empty, "environments"), SAGEBRUSH_WHEELS: empty };
const server = useServer({ environment });

test("boto3 makes, lists and deletes apps; one whose environment cannot be made fails and says why", async (context) => {
  const said = await runPython(
    context,
    server,
    "data",
    `
import json, time, boto3
from botocore.exceptions import ClientError

sm = boto3.client("sagemaker")
role = "${role}"
def refused(call, **words):
    try:
        call(**words)
    except ClientError as error:
        return error.response["Error"]["Code"]
def settled(call, **words):
    while True:
        try:
            described = call(**words)
        except ClientError as error:
            return error.response["Error"]["Code"]
        if described["Status"] not in ("Pending", "Deleting"):
            return described["Status"]
        time.sleep(0.05)

out = {}
made = sm.create_domain(DomainName="team", AuthMode="IAM", DefaultUserSettings=dict(ExecutionRole=role), VpcId="vpc-1", SubnetIds=["subnet-1"])
domain = dict(DomainId=made["DomainId"])
settled(sm.describe_domain, **domain)
sm.create_user_profile(**domain, UserProfileName="ann")
settled(sm.describe_user_profile, **domain, UserProfileName="ann")
sm.create_space(**domain, SpaceName="mine", OwnershipSettings=dict(OwnerUserProfileName="ann"), SpaceSharingSettings=dict(SharingType="Private"))
settled(sm.describe_space, **domain, SpaceName="mine")

lab = dict(**domain, SpaceName="mine", AppType="JupyterLab", AppName="default")
out["neither"] = refused(sm.create_app, **domain, AppType="JupyterLab", AppName="default")
out["both"] = refused(sm.create_app, **lab, UserProfileName="ann")
out["canvas"] = refused(sm.create_app, **{**lab, "AppType": "Canvas"})
out["stranger"] = refused(sm.create_app, **{**lab, "SpaceName": "other"})
out["unknown"] = refused(sm.describe_app, **lab)

out["arn"] = sm.create_app(**{**lab, "SpaceName": "Mine"}, ResourceSpec=dict(InstanceType="ml.t3.medium"))["AppArn"].split(":app/")[1].split("/")[1:]
out["failed"] = settled(sm.describe_app, **lab)
described = sm.describe_app(**lab)
out["reason"] = described["FailureReason"]
out["type"] = [described["AppType"], described["ResourceSpec"]["InstanceType"], described["SpaceName"]]
out["twice"] = refused(sm.create_app, **lab)
listed = lambda **words: [app["AppName"] for app in sm.list_apps(**words)["Apps"]]
out["listed"] = [listed(DomainIdEquals=domain["DomainId"]), listed(SpaceNameEquals="Mine"), listed(UserProfileNameEquals="ann"), listed(SpaceNameEquals="other")]
out["app first"] = refused(sm.delete_space, **domain, SpaceName="mine")
sm.delete_app(**lab)
out["gone"] = settled(sm.describe_app, **lab)
sm.delete_space(**domain, SpaceName="mine")
out["space"] = settled(sm.describe_space, **domain, SpaceName="mine")
print(json.dumps(out))
`,
  );
  const { reason, ...out } = JSON.parse(said);
  expect(reason).toMatch(/^ClientError: ./);
  expect(out).toEqual({
    neither: "ValidationException",
    both: "ValidationException",
    canvas: "ValidationException",
    stranger: "ResourceNotFound",
    unknown: "ResourceNotFound",
    arn: ["mine", "jupyterlab", "default"],
    failed: "Failed",
    type: ["JupyterLab", "ml.t3.medium", "Mine"],
    twice: "ResourceInUse",
    listed: [["default"], ["default"], [], []],
    "app first": "ResourceInUse",
    gone: "ResourceNotFound",
    space: "ResourceNotFound",
  });
});
