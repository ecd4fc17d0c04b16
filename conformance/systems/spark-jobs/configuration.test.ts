import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runProgram } from "../../program.ts";
import { root } from "../../server.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spark-configuration-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = `
import json, sys
sys.path.insert(0, "clients/spark")
import configuration
try:
    laid = configuration.lay(sys.argv[1], sys.argv[2], print)
    print(json.dumps([laid.properties, laid.variables]))
except ValueError as error:
    print(error)
`;

/** Lays out a configuration.json. Returns what is said and the files. */
async function lay(content: unknown) {
  const [source, conf] = [join(folder, "configuration.json"), join(folder, "conf")];
  writeFileSync(source, typeof content === "string" ? content : JSON.stringify(content));
  const { code, stdout, stderr } = await runProgram("python3", ["-B", "-c", program, source, conf], { cwd: root });
  expect([code, stderr]).toEqual([0, ""]);
  const files = Object.fromEntries(readdirSync(conf).map((name) => [name, readFileSync(join(conf, name), "utf8")]));
  return { said: stdout.trimEnd().split("\n"), files };
}

test("classifications of EMR become the files and variables of Spark", async () => {
  const { said, files } = await lay([
    { Classification: "spark-defaults", Properties: { "spark.ui.enabled": true, "spark.sql.shuffle.partitions": "4" } },
    { Classification: "core-site", Properties: { "fs.s3a.threads.max": 7, "a<b": "c&d" } },
    {
      Classification: "spark-env",
      Properties: {},
      Configurations: [{ Classification: "export", Properties: { MODE: "own" } }],
    },
    {
      Classification: "spark-log4j",
      Properties: {
        "log4j.rootCategory": "WARN, console",
        "log4j.logger.org.apache": "ERROR",
        "log4j.appender.x": "y",
      },
    },
    { Classification: "spark-metrics", Properties: { "*.sink.csv.period": "1" } },
    { Classification: "yarn-env", Properties: {} },
  ]);
  expect(JSON.parse(said.at(-1)!)).toEqual([
    { "spark.ui.enabled": "true", "spark.sql.shuffle.partitions": "4" },
    { MODE: "own" },
  ]);
  expect(said.slice(0, -1)).toEqual([
    expect.stringMatching(/spark-log4j has settings of Log4j 1.* left out: log4j\.appender\.x\./),
    "configuration.json: yarn-env has no effect; there is no YARN here: Spark works on the job's hosts themselves.",
  ]);
  expect(Object.keys(files).sort()).toEqual(["core-site.xml", "log4j2.properties", "metrics.properties"]);
  expect(files["core-site.xml"]).toContain("<name>fs.s3a.threads.max</name><value>7</value>");
  expect(files["core-site.xml"]).toContain("<name>a&lt;b</name><value>c&amp;d</value>");
  expect(files["log4j2.properties"]).toContain("rootLogger.level = WARN\n");
  expect(files["log4j2.properties"]).toContain("name = org.apache\n");
  expect(files["metrics.properties"]).toBe("*.sink.csv.period=1\n");
});

test("what is no configuration is refused in words that name it", async () => {
  const refusals = [
    ["{", /is no JSON/],
    [[{ Properties: {} }], /an object with "Classification" is expected/],
    [[{ Classification: "hdfs-site", Properties: {} }], /has the classification "hdfs-site"; give one of core-site, /],
    [
      [{ Classification: "spark-env", Configurations: [{ Classification: "other" }] }],
      /spark-env has the classification "other"; it may have "export"/,
    ],
  ] as const;
  for (const [content, words] of refusals) expect((await lay(content)).said).toEqual([expect.stringMatching(words)]);
});
