import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { SageMakerFeatureStoreRuntime } from "@aws-sdk/client-sagemaker-featurestore-runtime";
import { makeGroup } from "../bench/feature-store/feature-group.ts";
import { createTestServer, type TestServer } from "../conformance/server.ts";
import { createRandom } from "../src/base/random.ts";
import { bruteForce, type Happening, ownValues } from "../src/services/sagemaker/features/record-oracle.fixture.ts";
import { defineSoak } from "./define-soak.ts";
import { type Asked, firstSecond, lastSecond, randomLog, recordAsOf } from "./feature-log.ts";
import { addressOf } from "./feature-requests.ts";
import { queryLines } from "./query-lines.ts";
import { until } from "./until.ts";

const group = {
  ...{ name: "Logs", identifier: "id", eventTime: "time", bucket: "feature-logs", storageType: "Standard_V2" as const },
  features: [
    { name: "text", type: "String" },
    { name: "ratio", type: "Fractional" },
  ],
};
const eventsOfLog = 30;
const logsAtOnce = 8;

export const soak = defineSoak({
  words:
    "random logs of events through AWS's SDK: online records, history and datasets as of moments are what loops make of them",
  unit: "logs",
  sizes: { full: 1_000, short: 24 },
  async run(size) {
    const server = await createTestServer();
    const folder = await mkdtemp(join(tmpdir(), "feature-logs-"));
    try {
      await server.start();
      const table = await makeGroup(addressOf(server), group);
      const records = new SageMakerFeatureStoreRuntime({ ...server.clientOptions, maxAttempts: 1 });
      const logs = Array.from({ length: size }, (_, number) => {
        const ids = ["a", "b"].map((name) => `${number}-${name}`);
        return { ids, log: randomLog(ids, eventsOfLog, createRandom(number + 1)) };
      });
      const told: ReturnType<typeof bruteForce>["history"][] = [];
      let next = 0;
      const tellLogs = async () => {
        for (let number = next++; number < size; number = next++)
          told[number] = await tellLog(logs[number]!, records).catch((error: Error) => {
            throw new Error(`In log ${number}: ${error.message}`);
          });
      };
      await Promise.all(Array.from({ length: logsAtOnce }, tellLogs));
      const history = told.flat();
      await untilHistory(server, table, history);
      const asked = logs.flatMap(({ ids }) =>
        ids.flatMap((id) => [3, 8, lastSecond - firstSecond].map((second) => ({ id, time: firstSecond + second }))),
      );
      await checkDataset(server, folder, asked, told);
      return `${size * eventsOfLog} events, ${history.length} of them history, ${asked.length} rows of a dataset`;
    } finally {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
});

const timeText = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
const values = (features: Readonly<Record<string, string>>) =>
  Object.entries(features).map(([FeatureName, ValueAsString]) => ({ FeatureName, ValueAsString }));
const ttl = (seconds: number | undefined) => (seconds ? { Unit: "Seconds" as const, Value: seconds } : undefined);

/** Tells one log, an event after the other, and compares the answers and the online records. Returns its history. */
async function tellLog(
  { ids, log }: { readonly ids: readonly string[]; readonly log: readonly Happening[] },
  records: SageMakerFeatureStoreRuntime,
): Promise<ReturnType<typeof bruteForce>["history"]> {
  const FeatureGroupName = group.name;
  const tell = (event: Happening): Promise<unknown> => {
    if (event.what === "wait") throw new Error("A log over HTTP does not wait.");
    const { id, what } = event;
    const EventTime = event.time === undefined ? undefined : timeText(event.time);
    if (what === "put")
      return records.putRecord({
        FeatureGroupName,
        Record: values({ id, time: EventTime!, ...event.values }),
        TargetStores: event.stores && [...event.stores],
        TtlDuration: ttl(event.seconds),
      });
    if (what === "delete")
      return records.deleteRecord({
        ...{ FeatureGroupName, RecordIdentifierValueAsString: id, EventTime: EventTime! },
        DeletionMode: event.hard ? "HardDelete" : "SoftDelete",
      });
    return records.updateRecord({
      ...{ FeatureGroupName, RecordIdentifierValueAsString: id },
      Features: values({ ...event.values, ...(EventTime !== undefined && { time: EventTime }) }),
      TtlDuration: ttl(event.seconds),
    });
  };
  const answers: object[] = [];
  for (const event of log) {
    answers.push(
      await tell(event).then(
        () => ({}),
        (error: Error) => ({ refusal: error.name }),
      ),
    );
    // What is written in one millisecond has no order in the offline store.
    for (const now = Date.now(); Date.now() <= now; ) await setImmediate();
  }
  const right = bruteForce(log, Date.now() / 1000);
  same("answers", answers, right.answers);
  const Identifiers = [{ FeatureGroupName, RecordIdentifiersValueAsString: [...ids] }];
  const { Records } = await records.batchGetRecord({ Identifiers });
  for (const id of ids) {
    const record = Records!.find((one) => one.RecordIdentifierValueAsString === id)?.Record;
    const time = record?.find(({ FeatureName }) => FeatureName === "time")?.ValueAsString;
    const wanted = right.online(id);
    same(
      `the record ${id}`,
      record && { time, values: ownValues(record as never) },
      wanted && { ...wanted, time: timeText(wanted.time) },
    );
  }
  return right.history;
}

/** Waits until the table has as many rows as the history, and compares them; a file that is merged may be there twice meanwhile. */
async function untilHistory(
  server: TestServer,
  table: string,
  history: ReturnType<typeof bruteForce>["history"],
): Promise<void> {
  const wanted = history
    .map(({ deleted, id, time, values: { ratio, text } }) =>
      [id, timeText(time), text ?? "", ratio === undefined ? "" : `${ratio}.0`, String(deleted)]
        .map((cell) => (cell === "" ? "" : `"${cell}"`))
        .join(","),
    )
    .sort();
  const read = async () =>
    (await queryLines(server, `SELECT id, time, text, ratio, is_deleted FROM ${table}`, group.bucket)).sort();
  let rows: string[] = [];
  await until(
    async () => {
      rows = await read();
      return rows.length === wanted.length;
    },
    async () => `The history has ${rows.length} rows, and not ${wanted.length}`,
  );
  const wrong = rows.findIndex((row, at) => row !== wanted[at]);
  if (wrong >= 0) throw new Error(`The history has ${rows[wrong]} where ${wanted[wrong]} was told`);
}

/** Compares the rows of `features history` with a look through the history for each. */
async function checkDataset(
  server: TestServer,
  folder: string,
  asked: readonly Asked[],
  told: readonly ReturnType<typeof bruteForce>["history"][],
): Promise<void> {
  const [base, output] = ["base.csv", "rows.csv"].map((name) => join(folder, name)) as [string, string];
  await writeFile(base, `key,moment\n${asked.map(({ id, time }) => `${id},${timeText(time)}\n`).join("")}`);
  const words = ["--base", base, "--id", "key", "--time", "moment", "--output", output];
  const { code, stderr, stdout } = await server.sagebrush("features", "history", group.name, ...words);
  if (code !== 0) throw new Error(`features history ended with ${code}: ${stdout}${stderr}`);
  const [header = "", ...lines] = (await readFile(output, "utf8")).trimEnd().split("\n");
  const names = header.split(",");
  const place = (name: string) => names.indexOf(name);
  const found = lines
    .map((line) => line.split(","))
    .map((cells) => ["key", "moment", "time.1", "text.1", "ratio.1"].map((name) => cells[place(name)]).join(","))
    .sort();
  const wanted = asked
    .flatMap((row) => {
      const record = recordAsOf(told[Number.parseInt(row.id, 10)]!, row);
      if (!record) return [];
      const { ratio, text = "" } = record.values;
      return [
        [row.id, timeText(row.time), timeText(record.time), text, ratio === undefined ? "" : `${ratio}.0`].join(","),
      ];
    })
    .sort();
  const wrong = wanted.findIndex((row, at) => row !== found[at]);
  if (wrong >= 0 || found.length !== wanted.length)
    throw new Error(
      `Of ${header} the dataset has ${found[wrong]} and ${found.length} rows, where loops have ${wanted[wrong]} and ${wanted.length}`,
    );
}

function same(what: string, found: unknown, wanted: unknown): void {
  const [left, right] = [found, wanted].map((one) => JSON.stringify(one, sorted));
  if (left !== right) throw new Error(`${what}: ${left} and not ${right}`);
}

/** Members in the order of their names. */
const sorted = (_key: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
