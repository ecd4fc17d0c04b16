import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SageMaker } from "@aws-sdk/client-sagemaker";
import { expect, test } from "vitest";
import { patience } from "./clients.ts";
import { runPython } from "./python-clients.ts";
import { useServer } from "./server.ts";
import { role } from "./xgboost-job.ts";

const server = useServer();
const settings = { ExecutionRole: role };

test("boto3 makes a domain, users and spaces, changes them, and deletes them in the right order alone", async (context) => {
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
        return [error.response["Error"]["Code"], error.response["Error"]["Message"]]
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
made = sm.create_domain(DomainName="team", AuthMode="IAM", DefaultUserSettings=dict(ExecutionRole=role), VpcId="vpc-1", SubnetIds=["subnet-1"], Tags=[dict(Key="team", Value="a")])
domain = dict(DomainId=made["DomainId"])
out["domain"] = settled(sm.describe_domain, **domain)
out["twice"] = refused(sm.create_domain, DomainName="team", AuthMode="IAM", DefaultUserSettings=dict(ExecutionRole=role))
out["sso"] = refused(sm.create_domain, DomainName="other", AuthMode="SSO", DefaultUserSettings=dict(ExecutionRole=role))
out["no role"] = refused(sm.create_domain, DomainName="other", AuthMode="IAM", DefaultUserSettings={})
sm.update_domain(**domain, DefaultUserSettings=dict(JupyterLabAppSettings=dict(DefaultResourceSpec=dict(InstanceType="ml.t3.medium"))))
described = sm.describe_domain(**domain)
out["merged"] = [described["DefaultUserSettings"]["ExecutionRole"] == role, described["DefaultUserSettings"]["JupyterLabAppSettings"]["DefaultResourceSpec"]["InstanceType"]]
out["domains"] = [d["DomainName"] for d in sm.list_domains()["Domains"]]
out["tags"] = sm.list_tags(ResourceArn=made["DomainArn"])["Tags"]

for name in ["Ann", "bob"]:
    sm.create_user_profile(**domain, UserProfileName=name)
    out[name] = settled(sm.describe_user_profile, **domain, UserProfileName=name)
out["profile twice"] = refused(sm.create_user_profile, **domain, UserProfileName="ann")[0]
out["profiles"] = [u["UserProfileName"] for u in sm.list_user_profiles(DomainIdEquals=domain["DomainId"])["UserProfiles"]]
out["found"] = [u["UserProfileName"] for u in sm.list_user_profiles(UserProfileNameContains="nn", SortBy="LastModifiedTime", SortOrder="Descending")["UserProfiles"]]
sm.update_user_profile(**domain, UserProfileName="bob", UserSettings=dict(ExecutionRole=role))
out["updated"] = sm.describe_user_profile(**domain, UserProfileName="bob")["UserSettings"] == dict(ExecutionRole=role)

def space(name, sharing, owner="Ann", **more):
    return dict(**domain, SpaceName=name, OwnershipSettings=dict(OwnerUserProfileName=owner), SpaceSharingSettings=dict(SharingType=sharing), SpaceSettings=dict(AppType="JupyterLab", SpaceStorageSettings=dict(EbsStorageSettings=dict(EbsVolumeSizeInGb=10))), **more)
sm.create_space(**space("mine", "Private", SpaceDisplayName="Ann's"))
out["space"] = settled(sm.describe_space, **domain, SpaceName="mine")
out["stranger"] = refused(sm.create_space, **space("x", "Private", "carl"))[0]
out["alone"] = refused(sm.create_space, **domain, SpaceName="x", OwnershipSettings=dict(OwnerUserProfileName="Ann"))
out["spaces"] = [[s["SpaceName"], s["SpaceDisplayName"], s["SpaceSharingSettingsSummary"]["SharingType"]] for s in sm.list_spaces(DomainIdEquals=domain["DomainId"])["Spaces"]]
size = lambda gb: dict(SpaceStorageSettings=dict(EbsStorageSettings=dict(EbsVolumeSizeInGb=gb)))
out["smaller"] = refused(sm.update_space, **domain, SpaceName="mine", SpaceSettings=size(5))
sm.update_space(**domain, SpaceName="mine", SpaceDisplayName="Work", SpaceSettings=size(20))
out["renamed"] = sm.describe_space(**domain, SpaceName="mine")["SpaceDisplayName"]

out["owner first"] = refused(sm.delete_user_profile, **domain, UserProfileName="Ann")
out["domain first"] = refused(sm.delete_domain, **domain)
sm.delete_space(**domain, SpaceName="mine")
out["space gone"] = settled(sm.describe_space, **domain, SpaceName="mine")
for name in ["Ann", "bob"]:
    sm.delete_user_profile(**domain, UserProfileName=name)
    settled(sm.describe_user_profile, **domain, UserProfileName=name)
sm.delete_domain(**domain, RetentionPolicy=dict(HomeEfsFileSystem="Delete"))
out["gone"] = settled(sm.describe_domain, **domain)
out["missing"] = refused(sm.create_user_profile, **domain, UserProfileName="late")
print(json.dumps(out))
`,
  );
  expect(JSON.parse(said)).toEqual({
    domain: "InService",
    twice: ["ResourceInUse", expect.stringContaining("Domain with name team already exists")],
    sso: ["ValidationException", expect.stringContaining("AuthMode SSO")],
    "no role": ["ValidationException", expect.stringContaining("DefaultUserSettings.ExecutionRole is missing")],
    merged: [true, "ml.t3.medium"],
    domains: ["team"],
    tags: [{ Key: "team", Value: "a" }],
    Ann: "InService",
    bob: "InService",
    "profile twice": "ResourceInUse",
    profiles: ["Ann", "bob"],
    found: ["Ann"],
    updated: true,
    space: "InService",
    stranger: "ResourceNotFound",
    alone: ["ValidationException", expect.stringContaining("are given together")],
    spaces: [["mine", "Ann's", "Private"]],
    smaller: ["ValidationException", expect.stringContaining("can only grow")],
    renamed: "Work",
    "owner first": ["ResourceInUse", expect.stringContaining("delete the spaces that it owns first")],
    "domain first": ["ResourceInUse", expect.stringContaining("delete its apps, spaces and user profiles first")],
    "space gone": "ResourceNotFound",
    gone: "ResourceNotFound",
    missing: ["ResourceNotFound", expect.stringContaining("does not exist")],
  });
});

test("files of a domain stay unless their deletion is asked for, and no number is used again", async () => {
  const sagemaker = new SageMaker(server.clientOptions);
  const { DomainId } = await sagemaker.createDomain({
    DomainName: "kept",
    AuthMode: "IAM",
    DefaultUserSettings: settings,
  });
  const status = () =>
    sagemaker.describeDomain({ DomainId }).then(
      ({ Status }) => Status,
      (error) => error.name,
    );
  await expect.poll(status, patience).toBe("InService");
  const makeUser = async (UserProfileName: string) => {
    await sagemaker.createUserProfile({ DomainId, UserProfileName });
    const described = () => sagemaker.describeUserProfile({ DomainId, UserProfileName });
    await expect.poll(async () => (await described()).Status, patience).toBe("InService");
    return (await described()).HomeEfsFileSystemUid!;
  };
  const removeUser = async (UserProfileName: string) => {
    await sagemaker.deleteUserProfile({ DomainId, UserProfileName });
    const described = () => sagemaker.describeUserProfile({ DomainId, UserProfileName }).catch(({ name }) => name);
    await expect.poll(described, patience).toBe("ResourceNotFound");
  };
  const volume = join(server.home, "volumes", (await sagemaker.describeDomain({ DomainId })).HomeEfsFileSystemId!);
  const first = await makeUser("ann");
  writeFileSync(join(volume, first, "notes.txt"), "of the first Ann");
  await removeUser("ann");
  expect(readdirSync(volume)).toEqual([]);
  const second = await makeUser("ann");
  expect(Number(second)).toBeGreaterThan(Number(first));
  await removeUser("ann");

  rmSync(volume, { recursive: true });
  await sagemaker.createUserProfile({ DomainId, UserProfileName: "ben" });
  const ben = () => sagemaker.describeUserProfile({ DomainId, UserProfileName: "ben" });
  await expect.poll(async () => (await ben()).Status, patience).toBe("Failed");
  expect((await ben()).FailureReason).toMatch(/^The volume fs-\w+ is gone from the disk\.$/);
  await removeUser("ben");
  mkdirSync(volume);
  await sagemaker.deleteDomain({ DomainId });
  await expect.poll(status, patience).toBe("ResourceNotFound");
  expect(existsSync(volume)).toBe(true);
});
