import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { SageMaker } from "@aws-sdk/client-sagemaker";
import { expect } from "vitest";
import { clientsOf, patience } from "./clients.ts";
import type { KilledKind } from "./killed-kind.ts";
import type { TestServer } from "./server.ts";
import { role } from "./xgboost-job.ts";

type Status = () => Promise<string | undefined>;

/** How one of the kinds is made, described and deleted. */
interface StudioKind {
  create(sagemaker: SageMaker, DomainId: string, name: string): Promise<unknown>;
  describe(
    sagemaker: SageMaker,
    DomainId: string,
    name: string,
  ): Promise<{ readonly Status?: string; readonly folder?: string }>;
  remove(sagemaker: SageMaker, DomainId: string, name: string): Promise<unknown>;
}

const makeDomain = async (server: TestServer, DomainName: string): Promise<string> => {
  const { sagemaker } = clientsOf(server);
  const DefaultUserSettings = { ExecutionRole: role };
  const made = await sagemaker.createDomain({ DomainName, AuthMode: "IAM", DefaultUserSettings });
  return made.DomainId!;
};

const domainOf = async (server: TestServer, name: string): Promise<string | undefined> => {
  const { Domains } = await clientsOf(server).sagemaker.listDomains({});
  return Domains?.find(({ DomainName }) => DomainName === name)?.DomainId;
};

const statusOf =
  (describe: () => Promise<{ readonly Status?: string }>): Status =>
  () =>
    describe().then(
      ({ Status }) => Status,
      (error: Error) => error.name,
    );

const volumesOf = (server: TestServer): string => join(server.home, "volumes");

/** A domain that is made, or deleted with its files. */
export const killedDomain: KilledKind = {
  prepare: async () => undefined,
  async before(server, name, point) {
    if (point.endsWith("before-removed")) await makeDomain(server, name);
  },
  async cause(server, name, point) {
    if (!point.endsWith("before-removed")) {
      await makeDomain(server, name).catch(() => {});
      return;
    }
    const DomainId = await domainOf(server, name);
    const RetentionPolicy = { HomeEfsFileSystem: "Delete" as const };
    await clientsOf(server)
      .sagemaker.deleteDomain({ DomainId, RetentionPolicy })
      .catch(() => {});
  },
  async check(server, name, point) {
    if (point.endsWith("before-removed")) {
      await expect.poll(() => domainOf(server, name), patience).toBeUndefined();
      // The name is free again.
      await makeDomain(server, name);
      return;
    }
    const DomainId = (await domainOf(server, name))!;
    const described = () => clientsOf(server).sagemaker.describeDomain({ DomainId });
    await expect.poll(statusOf(described), patience).toBe("InService");
    expect(existsSync(join(volumesOf(server), (await described()).HomeEfsFileSystemId!))).toBe(true);
  },
};

/** A user or space that is made, or deleted with its files. */
const killedIn = (kind: StudioKind): KilledKind => ({
  prepare: async () => undefined,
  async before(server, name, point) {
    const DomainId = await makeDomain(server, name);
    const { sagemaker } = clientsOf(server);
    await expect
      .poll(
        statusOf(() => sagemaker.describeDomain({ DomainId })),
        patience,
      )
      .toBe("InService");
    if (!point.endsWith("before-removed")) return;
    await kind.create(sagemaker, DomainId, name);
    await expect
      .poll(
        statusOf(() => kind.describe(sagemaker, DomainId, name)),
        patience,
      )
      .toBe("InService");
  },
  async cause(server, name, point) {
    const { sagemaker } = clientsOf(server);
    const act = point.endsWith("before-removed") ? kind.remove : kind.create;
    await act(sagemaker, (await domainOf(server, name))!, name).catch(() => {});
  },
  async check(server, name, point) {
    const { sagemaker } = clientsOf(server);
    const DomainId = (await domainOf(server, name))!;
    const { HomeEfsFileSystemId } = await sagemaker.describeDomain({ DomainId });
    const folders = () => readdirSync(join(volumesOf(server), HomeEfsFileSystemId!));
    const status = statusOf(() => kind.describe(sagemaker, DomainId, name));
    if (point.endsWith("before-removed")) {
      await expect.poll(status, patience).toBe("ResourceNotFound");
      expect(folders()).toEqual([]);
      return;
    }
    await expect.poll(status, patience).toBe("InService");
    expect(folders()).toEqual([(await kind.describe(sagemaker, DomainId, name)).folder]);
  },
});

export const killedUserProfile = killedIn({
  create: (sagemaker, DomainId, UserProfileName) => sagemaker.createUserProfile({ DomainId, UserProfileName }),
  async describe(sagemaker, DomainId, UserProfileName) {
    const { Status, HomeEfsFileSystemUid } = await sagemaker.describeUserProfile({ DomainId, UserProfileName });
    return { Status: Status!, folder: HomeEfsFileSystemUid! };
  },
  remove: (sagemaker, DomainId, UserProfileName) => sagemaker.deleteUserProfile({ DomainId, UserProfileName }),
});

export const killedSpace = killedIn({
  create: (sagemaker, DomainId, SpaceName) => sagemaker.createSpace({ DomainId, SpaceName }),
  async describe(sagemaker, DomainId, SpaceName) {
    const { Status, HomeEfsFileSystemUid } = await sagemaker.describeSpace({ DomainId, SpaceName });
    return { Status: Status!, folder: HomeEfsFileSystemUid! };
  },
  remove: (sagemaker, DomainId, SpaceName) => sagemaker.deleteSpace({ DomainId, SpaceName }),
});
