import { isDeepStrictEqual } from "node:util";
import { Glue, type Partition } from "@aws-sdk/client-glue";
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

/** What GetPartitions costs on a table of 100,000 partitions with 20 columns each, through the SDK. */
export async function run(): Promise<void> {
  console.log(`${machine()}; ${days * hosts} partitions, median of ${repetitions}, all pages of an answer`);
  const server = await startSagebrush();
  try {
    const { id: accessKeyId, secret: secretAccessKey, region } = server.credentials;
    const glue = new Glue({
      endpoint: `http://127.0.0.1:${server.port}`,
      region,
      credentials: { accessKeyId, secretAccessKey },
    });
    await glue.createDatabase({ DatabaseInput: { Name: named.DatabaseName } });
    const PartitionKeys = [
      { Name: "day", Type: "string" },
      { Name: "host", Type: "int" },
    ];
    await glue.createTable({ DatabaseName: "bench", TableInput: { Name: named.TableName, PartitionKeys } });
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
  } finally {
    await server.close();
  }
}
