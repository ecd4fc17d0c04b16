import type { Ingestions, IngestionWish } from "../../fronts/front.ts";
import { type ApiClient, createApiClient } from "../api-client.ts";
import { CommandError, defineCommand } from "../define-command.ts";
import { callServer, needServer, settingsOf } from "../running-server.ts";

type Listed = Awaited<ReturnType<Ingestions["list"]>>;

export const ingest = defineCommand({
  name: "ingest",
  summary: "Takes the records of a stream into a feature group, until it is stopped; or lists what is taken.",
  options: {
    group: { value: "NAME", words: "the feature group" },
    kinesis: { value: "ARN", words: "the data stream of Kinesis whose records are taken" },
    kafka: { value: "BROKERS", words: "the brokers of Kafka, HOST:PORT divided by commas; needs --topic" },
    topic: { value: "NAME", words: "the topic of Kafka whose records are taken" },
    "dead-letter": {
      value: "S3-URI",
      words: "where records go that the group refuses; else a folder of the account's bucket, sagemaker-REGION-ACCOUNT",
    },
    stop: { value: "ID", words: "stops one; the list has the ids" },
  },
  notes: `A record is a JSON object of features, such as {"id": "7", "time": "2026-01-31T08:00:00Z", "clicks": 3}. The server
keeps the work going, also after it was started again, and remembers how far each shard or partition has come: a record
may be taken twice after a crash, and none is left out. Its log is the log group /sagebrush/ingestions.`,
  async run(given) {
    const server = needServer(settingsOf(given));
    const { options } = given;
    const api = createApiClient(server, process.env);
    const list = async () =>
      ((await callServer(server, "GET", "ingestions/all")) as { readonly ingestions: Listed }).ingestions;
    if (options.stop !== undefined) {
      const found = (await list()).find(({ id }) => id === options.stop);
      if (!found) throw new CommandError(`There is no ingestion ${options.stop}. bin/sagebrush ingest lists them.`);
      await callServer(server, "POST", `ingestions/${found.region}/${found.id}/stop`);
      console.log(`stopping ${found.id}`);
      return 0;
    }
    if (options.group === undefined) {
      if (Object.keys(options).some((name) => name !== "home"))
        throw new CommandError("--group NAME is missing: the feature group that the records are taken into.", 2);
      for (const one of await list()) console.log(lineOf(one));
      return 0;
    }
    const source = sourceOf(options);
    const group = await groupNamed(options.group, source, api);
    const bucket = `sagemaker-${api.region}-${api.account}`;
    if (options["dead-letter"] === undefined) await api.makeBucket(bucket);
    const deadLetter = options["dead-letter"] ?? `s3://${bucket}/feature-store-dead-letters/${group}`;
    if (!/^s3:\/\/[^/]+\/./.test(deadLetter))
      throw new CommandError(`--dead-letter is ${deadLetter}; it must be s3://BUCKET/PREFIX.`, 2);
    const wish: IngestionWish = { group, source, deadLetter };
    const { id } = (await callServer(server, "POST", `ingestions/${api.region}`, undefined, wish)) as {
      readonly id: string;
    };
    console.log(id);
    return 0;
  },
});

/**
 * Returns the group's name, where its ARN may have been given.
 * @throws CommandError for a group or a data stream that is not there, in the server's words
 */
async function groupNamed(group: string, source: IngestionWish["source"], api: ApiClient): Promise<string> {
  const described = await api.call<{ readonly FeatureGroupName: string; readonly FeatureGroupStatus: string }>(
    "sagemaker",
    "SageMaker.DescribeFeatureGroup",
    { FeatureGroupName: group },
  );
  if (described.FeatureGroupStatus !== "Created")
    throw new CommandError(`The feature group ${group} is ${described.FeatureGroupStatus}; it must be Created.`);
  if (source.kind === "kinesis")
    await api.call("kinesis", "Kinesis_20131202.DescribeStreamSummary", { StreamARN: source.streamArn });
  return described.FeatureGroupName;
}

function sourceOf({ kafka, kinesis, topic }: Readonly<Record<string, string>>): IngestionWish["source"] {
  if ((kafka === undefined) === (kinesis === undefined))
    throw new CommandError("The stream is named by one of --kinesis ARN and --kafka BROKERS --topic NAME.", 2);
  if (kinesis !== undefined) {
    if (!/^arn:aws[^:]*:kinesis:[^:]+:\d{12}:stream\/.+$/.test(kinesis))
      throw new CommandError(`--kinesis is ${kinesis}; it must be the ARN of a data stream.`, 2);
    return { kind: "kinesis", streamArn: kinesis };
  }
  if (topic === undefined) throw new CommandError("--kafka needs --topic NAME.", 2);
  const brokers = kafka!.split(",").map((one) => one.trim());
  const wrong = brokers.find((one) => !/^[^:\s]+:\d+$/.test(one));
  if (wrong !== undefined) throw new CommandError(`--kafka has ${wrong}; each broker must be HOST:PORT.`, 2);
  return { kind: "kafka", brokers, topic };
}

const lineOf = ({ checkpoint, id, reason, status, wanted }: Listed[number]): string => {
  const { source } = wanted;
  const from = source.kind === "kinesis" ? source.streamArn : `${source.brokers.join(",")}/${source.topic}`;
  const how = reason === undefined ? "" : `  ${reason}`;
  return `${id}  ${status}  ${wanted.group} <- ${from}  ${JSON.stringify(checkpoint)}${how}`;
};
