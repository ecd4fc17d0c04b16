import { Admin, Producer, stringSerializers } from "@platformatic/kafka";
import { expect, test } from "vitest";
import { clientsOf, patience } from "../../clients.ts";
import { featureBucket, hourOf, makeClicks, rowsOf } from "../../feature-groups.ts";
import { useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { kafka } from "./kafka.ts";
import { startKafka } from "./start-kafka.ts";

const server = useServer();

test("ingest takes a topic of a real broker, goes on after kill -9, and buries what the group refuses", async (context) => {
  const { broker, stop } = await startKafka(await installed(context, kafka));
  const options = { clientId: "test", bootstrapBrokers: [broker] };
  const producer = new Producer({ ...options, serializers: stringSerializers });
  try {
    const topic = "clicks";
    const admin = new Admin(options);
    await admin.createTopics({ topics: [topic], partitions: 3, replicas: 1 });
    await admin.close();
    const send = (values: readonly string[]) =>
      producer.send({ messages: values.map((value, index) => ({ topic, key: String(index), value })) });
    const click = (id: number) => JSON.stringify({ Id: String(id), time: hourOf(8), clicks: id });
    await send([...Array.from({ length: 200 }, (_, index) => click(index)), '{"Id": "bad"}']);
    const { table } = await makeClicks(server, "taken");
    const buried = ["--dead-letter", `s3://${featureBucket}/letters`];
    const begun = await server.sagebrush("ingest", "--group", "taken", "--kafka", broker, "--topic", topic, ...buried);
    expect(begun).toMatchObject({ code: 0, stderr: "" });
    const count = async () => (await rowsOf(server, `SELECT count(DISTINCT id) FROM ${table}`))[0]![0];
    await expect.poll(count, patience).toBe("200");
    const { s3 } = clientsOf(server);
    const letters = async () => (await s3.listObjectsV2({ Bucket: featureBucket, Prefix: "letters/" })).Contents ?? [];
    await expect.poll(async () => (await letters()).length, patience).toBeGreaterThan(0);
    // A producer that is not sure of an answer sends again, and then the broker has a message twice.
    for (const { Key } of await letters()) {
      const letter = await (await s3.getObject({ Bucket: featureBucket, Key })).Body!.transformToString();
      expect(Buffer.from(JSON.parse(letter).record, "base64").toString()).toBe('{"Id": "bad"}');
    }
    await server.kill();
    await server.start();
    await send([click(200)]);
    await expect.poll(count, patience).toBe("201");
    expect((await server.sagebrush("ingest", "--stop", begun.stdout.trim())).code).toBe(0);
  } finally {
    await producer.close();
    await stop();
  }
});
