import { vi } from "vitest";
import { clientsOf, patience } from "../../clients.ts";
import type { TestServer } from "../../server.ts";
import { role } from "../../xgboost-job.ts";

const script = Buffer.from("#!/bin/bash\necho started\n").toString("base64");

/** A domain with a user and a space, and what apps start with. */
export async function seedWorkspaces(server: TestServer): Promise<void> {
  const { sagemaker } = clientsOf(server);
  const { DomainId } = await sagemaker.createDomain({
    DomainName: "seeded",
    AuthMode: "IAM",
    DefaultUserSettings: { ExecutionRole: role },
  });
  const domainIsThere = async () => (await sagemaker.describeDomain({ DomainId })).Status === "InService";
  await vi.waitUntil(domainIsThere, patience);
  const user = { DomainId, UserProfileName: "seeded" };
  await sagemaker.createUserProfile({ ...user, UserSettings: { ExecutionRole: role } });
  await vi.waitUntil(async () => (await sagemaker.describeUserProfile(user)).Status === "InService", patience);
  const space = { DomainId, SpaceName: "seeded" };
  await sagemaker.createSpace({
    ...space,
    OwnershipSettings: { OwnerUserProfileName: user.UserProfileName },
    SpaceSharingSettings: { SharingType: "Private" },
    SpaceSettings: {
      AppType: "JupyterLab",
      SpaceStorageSettings: { EbsStorageSettings: { EbsVolumeSizeInGb: 10 } },
    },
  });
  await vi.waitUntil(async () => (await sagemaker.describeSpace(space)).Status === "InService", patience);
  await sagemaker.createImage({ ImageName: "seeded", RoleArn: role });
  await sagemaker.createImageVersion({
    ImageName: "seeded",
    BaseImage: "123456789012.dkr.ecr.us-west-2.amazonaws.com/notebooks:latest",
    ClientToken: "seeded",
  });
  await sagemaker.createCodeRepository({
    CodeRepositoryName: "seeded",
    GitConfig: { RepositoryUrl: "https://example.com/team/notebooks.git", Branch: "main" },
  });
  await sagemaker.createStudioLifecycleConfig({
    StudioLifecycleConfigName: "seeded",
    StudioLifecycleConfigAppType: "JupyterLab",
    StudioLifecycleConfigContent: script,
  });
  await sagemaker.createNotebookInstanceLifecycleConfig({
    NotebookInstanceLifecycleConfigName: "seeded",
    OnStart: [{ Content: script }],
  });
  await sagemaker.createAppImageConfig({
    AppImageConfigName: "seeded",
    JupyterLabAppImageConfig: { ContainerConfig: { ContainerEnvironmentVariables: { TEAM: "seeded" } } },
  });
}
