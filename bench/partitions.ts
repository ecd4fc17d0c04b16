import { isDeepStrictEqual } from "node:util";
import { Athena } from "@aws-sdk/client-athena";
import { Glue, type Partition } from "@aws-sdk/client-glue";
import { S3 } from "@aws-sdk/client-s3";
import { machine, startSagebrush } from "./servers.ts";

const [days, hosts] = [1_000, 100];
const repetitions = 9;
const named = { DatabaseName: "bench", TableName: "events" };
const day = (number: number) => new Date(Date.UTC(2024, 0, 1 + number)).toISOString().slice(0, 10);
const columns = Array.from({ length: 20 }, (_, number) => ({ Name: `column_${number}`, Type: "string" }));

/** Expressions, and what they choose of a day and a host. */
const expressions: Readonly<Record<string, (day: string, host: number) => boolean>> = {
  "day = '2025-06-01' AND host = 7": (day, host) => day === "2025-06-01" && host === 7,
  "day = '2025-06-01'": (day) => day === "2025-06-01",
  "day BETWEEN '2025-06-01' AND '2025-06-05' AND host IN (1, 5, 9)": (day, host) =>
    day >= "2025-06-01" && day <= "2025-06-05" && [1, 5, 9].includes(host),
  "day > '2025-06-01' AND NOT (host <> 7)": (day, host) => day > "2025-06-01" && host === 7,
  "host = 99 AND day LIKE '%-02-29'": (day, host) => day.endsWith("-02-29") && host === 99,
  "day LIKE '%-02-29'": (day) => day.endsWith("-02-29"),
  "day LIKE 'none%' OR host > 1000": () => false,
};

/** Queries of one partition or a few; the partitions have no files but one. */
const queries: Readonly<Record<string, string>> = {
  "SELECT count(*) FROM events WHERE day = '2025-06-01' AND host = 7": "2",
  "SELECT count(*) FROM events WHERE day BETWEEN '2025-06-01' AND '2025-06-05' AND host IN (1, 7)": "2",
  "SELECT count(*) FROM events AS e JOIN (VALUES 7) AS h (host) ON e.host = h.host WHERE e.day = '2025-06-01'": "2",
};

/**
 * What GetPartitions costs on a table of 100,000 partitions with 20 columns each, through the SDK, and a query of a few of
 * them from StartQueryExecution until it is seen as SUCCEEDED.
 */
export async function run(): Promise<void> {
  console.log(`${machine()}; ${days * hosts} partitions, median of ${repetitions}, all pages of an answer`);
  const server = await startSagebrush();
  try {
    const { id: accessKeyId, secret: secretAccessKey, region } = server.credentials;
    const endpoint = `http://127.0.0.1:${server.port}`;
    const options = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
    const glue = new Glue(options);
    await glue.createDatabase({ DatabaseInput: { Name: named.DatabaseName } });
    const StorageDescriptor = {
      Columns: columns,
      Location: "s3://bench/events/",
      InputFormat: "org.apache.hadoop.mapred.TextInputFormat",
      OutputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
      SerdeInfo: { SerializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
    };
    const PartitionKeys = [
      { Name: "day", Type: "string" },
      { Name: "host", Type: "int" },
    ];
    await glue.createTable({
      DatabaseName: "bench",
      TableInput: { Name: named.TableName, PartitionKeys, StorageDescriptor },
    });
    const begun = performance.now();
    for (let number = 0; number < days; number++) {
      const PartitionInputList = Array.from({ length: hosts }, (_, host) => ({
        Values: [day(number), String(host)],
        StorageDescriptor: { Columns: columns, Location: `s3://bench/events/${day(number)}/${host}/` },
      }));
      await glue.batchCreatePartition({ ...named, PartitionInputList });
    }
    const seconds = (performance.now() - begun) / 1000;
    console.log(`BatchCreatePartition: ${Math.round((days * hosts) / seconds)} partitions a second`);

    for (const [Expression, holds] of Object.entries(expressions)) {
      const times: number[] = [];
      let found: Partition[] = [];
      for (let turn = 0; turn < repetitions; turn++) {
        const start = performance.now();
        found = [];
        let NextToken: string | undefined;
        do {
          const page = await glue.getPartitions({ ...named, Expression, NextToken, ExcludeColumnSchema: true });
          found.push(...(page.Partitions ?? []));
          NextToken = page.NextToken;
        } while (NextToken);
        times.push(performance.now() - start);
      }
      const wanted = Array.from({ length: days * hosts }, (_, place) => [Math.floor(place / hosts), place % hosts])
        .map(([number, host]) => [day(number!), host!] as const)
        .filter(([date, host]) => holds(date, host))
        .map(([date, host]) => [date, String(host)]);
      if (
        !isDeepStrictEqual(
          found.map(({ Values }) => Values),
          wanted,
        )
      )
        throw new Error(`${Expression} answers wrongly`);
      const median = times.toSorted((one, other) => one - other)[repetitions >> 1]!;
      console.log(`${median.toFixed(1).padStart(8)} ms  ${String(wanted.length).padStart(5)} found  ${Expression}`);
    }

    const s3 = new S3({ ...options, forcePathStyle: true });
    await s3.createBucket({ Bucket: "bench" });
    const Body = '{"column_0": "a"}\n{"column_0": "b"}\n';
    await s3.putObject({ Bucket: "bench", Key: "events/2025-06-01/7/a.json", Body });
    const athena = new Athena(options);
    for (const [QueryString, count] of Object.entries(queries)) {
      const times: number[] = [];
      for (let turn = 0; turn < 2 * repetitions; turn++) {
        const start = performance.now();
        const { QueryExecutionId } = await athena.startQueryExecution({
          QueryString,
          QueryExecutionContext: { Database: named.DatabaseName },
          ResultConfiguration: { OutputLocation: "s3://bench/results/" },
        });
        let status: { State?: string; StateChangeReason?: string } | undefined;
        do ({ Status: status } = (await athena.getQueryExecution({ QueryExecutionId })).QueryExecution!);
        while (status?.State === "QUEUED" || status?.State === "RUNNING");
        if (status?.State !== "SUCCEEDED") throw new Error(`${QueryString}: ${status?.StateChangeReason}`);
        // The first of them wait for an engine to start.
        if (turn >= repetitions) times.push(performance.now() - start);
        const { ResultSet } = await athena.getQueryResults({ QueryExecutionId });
        if (ResultSet?.Rows?.[1]?.Data?.[0]?.VarCharValue !== count) throw new Error(`${QueryString} answers wrongly`);
      }
      const median = times.toSorted((one, other) => one - other)[repetitions >> 1]!;
      console.log(`${median.toFixed(1).padStart(8)} ms  ${QueryString}`);
    }
  } finally {
    await server.close();
  }
}
