import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import {
  archive,
  bucket,
  channel,
  ended,
  home,
  logs,
  request,
  run,
  runFolders,
  s3,
  sagemaker,
  until,
} from "./training-server.fixture.ts";

const cluster = (InstanceCount: number) => ({
  ResourceConfig: { InstanceType: "ml.m5.large" as const, InstanceCount, VolumeSizeInGB: 1 },
});
const sharded = (name: string) => {
  const { ChannelName, DataSource } = channel(name, `s3://${bucket}/shards/`);
  const S3DataDistributionType = "ShardedByS3Key" as const;
  return { ChannelName, DataSource: { S3DataSource: { ...DataSource.S3DataSource, S3DataDistributionType } } };
};

/** The last lines of each host's log stream, by the host's name. */
async function streamsOf(name: string): Promise<Record<string, string>> {
  const logGroupName = "/aws/sagemaker/TrainingJobs";
  const { logStreams = [] } = await logs.describeLogStreams({ logGroupName, logStreamNamePrefix: `${name}/` });
  const found: Record<string, string> = {};
  for (const { logStreamName } of logStreams) {
    const { events = [] } = await logs.getLogEvents({ logGroupName, logStreamName, startFromHead: true });
    found[/\/(algo-\d+)-\d{10}$/.exec(logStreamName!)![1]!] = events.map(({ message }) => message).join("\n");
  }
  return found;
}

it("trains on several hosts: each with its share, its names and its log; what all leave is one model", async () => {
  for (const key of ["1", "2", "3", "4", "5"]) await s3.putObject({ Bucket: bucket, Key: `shards/${key}`, Body: key });
  const job = await run(
    request(
      "together",
      { hosts: "1", rounds: "2", output: "a plot" },
      { ...cluster(3), InputDataConfig: [channel("all", `s3://${bucket}/data/train/`), sharded("part")] },
    ),
  );
  expect(job).toMatchObject({ TrainingJobStatus: "Completed", ResourceConfig: { InstanceCount: 3 } });
  const model = await archive(job.ModelArtifacts!.S3ModelArtifacts!);
  const hosts = ["algo-1", "algo-2", "algo-3"];
  expect(Object.keys(model).sort()).toEqual([...hosts.map((host) => `${host}.json`), "seen.json"]);
  const all = ["all/a.csv: a", "all/deep/b.csv: b"];
  const shares = [["1", "4"], ["2", "5"], ["3"]];
  for (const [index, host] of hosts.entries()) {
    expect(JSON.parse(model[`${host}.json`]!)).toEqual({
      current_host: host,
      current_instance_type: "ml.m5.large",
      current_group_name: "homogeneousCluster",
      hosts,
      instance_groups: [{ instance_group_name: "homogeneousCluster", instance_type: "ml.m5.large", hosts }],
      network_interface_name: "eth0",
      seen: [...all, ...shares[index]!.map((key) => `part/${key}: ${key}`)],
      names: hosts,
    });
  }
  expect(await archive(`s3://${bucket}/out/together/output/output.tar.gz`)).toEqual({ "plot.txt": "a plot" });
  const streams = await streamsOf("together");
  expect(Object.keys(streams).sort()).toEqual(hosts);
  for (const text of Object.values(streams)) expect(text).toContain("[1]#011train-loss:0.5");
  expect(streams["algo-1"]).toContain("1 of the files of algo-2 in /opt/ml/model have names");
  await expect.poll(runFolders, { timeout: 20_000 }).toEqual([]);
  // Nothing is left of the group either.
  expect(readdirSync(join(home, "runs")).filter((name) => name.startsWith(".group-"))).toEqual([]);
});

it("ends all hosts when one fails, with its reason", async () => {
  const job = await run(request("one-fails", { failing: "algo-2" }, cluster(2)));
  expect(job).toMatchObject({
    TrainingJobStatus: "Failed",
    FailureReason: "AlgorithmError: this host alone, exit code: 3",
  });
  expect(job.ModelArtifacts?.S3ModelArtifacts).toBeUndefined();
});

it("gives each group of instances its hosts, and a channel to the groups that it names", async () => {
  const group = (InstanceGroupName: string, InstanceCount: number) => ({
    InstanceGroupName,
    InstanceType: "ml.m5.large" as const,
    InstanceCount,
  });
  const { ChannelName, DataSource } = channel("train", `s3://${bucket}/data/train/`);
  const named = {
    ChannelName,
    DataSource: { S3DataSource: { ...DataSource.S3DataSource, InstanceGroupNames: ["second"] } },
  };
  const ResourceConfig = { InstanceGroups: [group("first", 1), group("second", 1)], VolumeSizeInGB: 1 };
  await sagemaker.createTrainingJob(request("groups", { hosts: "1" }, { ResourceConfig, InputDataConfig: [named] }));
  const job = await until("groups", ended);
  expect(job).toMatchObject({ TrainingJobStatus: "Completed", ResourceConfig });
  const model = await archive(job.ModelArtifacts!.S3ModelArtifacts!);
  const shown = ["algo-1", "algo-2"].map((host) => JSON.parse(model[`${host}.json`]!));
  expect(shown.map(({ current_group_name, seen }) => [current_group_name, seen])).toEqual([
    ["first", []],
    ["second", ["train/a.csv: a", "train/deep/b.csv: b"]],
  ]);
});
