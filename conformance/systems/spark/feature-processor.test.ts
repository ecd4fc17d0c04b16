import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { clientsOf, patience } from "../../clients.ts";
import { featureBucket, featureRole, hourOf, makeClicks, putClick, recordsOf, rowsOf } from "../../feature-groups.ts";
import { root, useServer } from "../../server.ts";
import { systemFolder } from "../installation.ts";
import { canRun, java, sparkHome } from "./open-spark.ts";

const server = useServer();
const folder = mkdtempSync(join(tmpdir(), "feature-processor-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Makes a folder from which the SDK's Python has the installed Spark. */
function sparkPackages(): string {
  const packages = join(folder, "packages");
  const installed = dirname(sparkHome(systemFolder("spark")));
  mkdirSync(packages);
  for (const name of ["pyspark", "py4j"]) symlinkSync(join(installed, name), join(packages, name));
  return packages;
}

test.runIf(canRun)(
  "the SDK's feature processors read groups and files and write a group, and ask no other host",
  { timeout: 600_000 },
  async () => {
    const { s3 } = clientsOf(server);
    const { table: visits, prefix } = await makeClicks(server, "visits");
    const { table: places } = await makeClicks(server, "places", { TableFormat: "Iceberg" });
    const { table: summed } = await makeClicks(server, "summed");
    await makeClicks(server, "latest");
    await s3.putObject({ Bucket: featureBucket, Key: "names/names.csv", Body: "key,label\na,Ann\nb,Bob\n" });
    for (const [Id, hour, clicks] of [
      ["a", 7, "1"],
      ["a", 8, "2"],
      ["b", 9, "4"],
    ] as const)
      await putClick(server, "visits", { Id, time: hourOf(hour), clicks });
    await putClick(server, "places", { Id: "b", time: hourOf(7), share: "0.25" });
    const counted = async () =>
      (await rowsOf(server, `SELECT (SELECT count(*) FROM ${visits}), (SELECT count(*) FROM ${places})`))[0];
    await expect.poll(counted, patience).toEqual(["3", "1"]);

    const account = (await featureRole(server)).split(":")[4]!;
    // Java finds no host but these: a package of Maven's or an address of AWS would end the program.
    const hosts = join(folder, "hosts");
    writeFileSync(hosts, `127.0.0.1 localhost ${hostname()}\n`);
    const seen = join(folder, "seen");
    const environment = {
      ...{ JAVA_HOME: java!, SPARK_LOCAL_IP: "127.0.0.1", AWS_REGION: "us-west-2" },
      JAVA_TOOL_OPTIONS: `-Djdk.net.hosts.file=${hosts}`,
      PATH: [join(root, ".venv-v2", "bin"), process.env.PATH].join(delimiter),
      PYTHONPATH: `${join(root, "clients", "python")}${delimiter}${sparkPackages()}`,
    };
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const program = [
      join(root, "conformance/python/watch_sockets.py"),
      seen,
      join(import.meta.dirname, "feature_processor.py"),
    ];
    const words = ["env", ...variables, "python", ...program, featureBucket, account, prefix];
    const { code, stderr, stdout } = await server.sagebrush("exec", "--", ...words);
    if (code !== 0) throw new Error(`The processors ended with ${code}: ${stdout}${stderr}`);

    const said = JSON.parse(/SAID (.*)$/m.exec(stdout)![1]!);
    expect(said.refused).toMatch(/^StreamIngestionFailureException: 1 records were refused, .*no time/);
    expect(stdout).toMatch(/b\s*\|no time\s*\|.*ValidationError/);
    expect(said.definitions).toEqual([
      { FeatureName: "id", FeatureType: "String" },
      { FeatureName: "n", FeatureType: "Integral" },
      { FeatureName: "x", FeatureType: "Fractional" },
    ]);
    expect(said.reasons).toEqual([
      expect.stringMatching(/clocks are no features of summed/),
      expect.stringMatching(/no column time/),
      expect.stringMatching(/give OnlineStore, OfflineStore or both/),
    ]);
    const rows = () => rowsOf(server, `SELECT id, time, clicks, share FROM ${summed} ORDER BY id`);
    await expect.poll(rows, patience).toEqual([
      ["Ann", hourOf(8), "30", undefined],
      ["Bob", hourOf(9), "40", "0.25"],
    ]);
    const record = async (FeatureGroupName: string, RecordIdentifierValueAsString: string) =>
      (await recordsOf(server).getRecord({ FeatureGroupName, RecordIdentifierValueAsString })).Record?.length;
    // The processor named the offline store alone, and of the other group's rows one was refused.
    expect([await record("summed", "Ann"), await record("latest", "a"), await record("latest", "b")]).toEqual([
      undefined,
      2,
      undefined,
    ]);
    const others = readFileSync(seen, "utf8")
      .split("\n")
      .filter((line) => line !== "" && !/127\.0\.0\.1|localhost/.test(line));
    expect(others).toEqual([]);
  },
);
