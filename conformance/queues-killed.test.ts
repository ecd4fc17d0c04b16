import { SQS } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { useServer } from "./server.ts";

const server = useServer();
const kills = 2;
/** So many messages are answered for between two kills. */
const between = 100;

test("eight clients send, take and delete while the server is killed: what is answered for is so", async () => {
  const newClient = () => new SQS({ ...server.clientOptions, maxAttempts: 1 });
  let sqs = newClient();
  const { QueueUrl: first } = await sqs.createQueue({ QueueName: "work", Attributes: { VisibilityTimeout: "3600" } });
  const path = new URL(first!).pathname;
  const QueueUrl = () => `${server.url}${path}`;
  const sent = new Set<string>();
  const deleted = new Set<string>();
  const wrong: string[] = [];
  let isOver = false;
  let isUp = Promise.resolve();
  let number = 0;
  /** What a call in which the server is killed has come to is not known. */
  async function round(): Promise<void> {
    const body = String(number++);
    await sqs.sendMessage({ QueueUrl: QueueUrl(), MessageBody: body });
    sent.add(body);
    const { Messages = [] } = await sqs.receiveMessage({ QueueUrl: QueueUrl(), MaxNumberOfMessages: 2 });
    for (const { Body, ReceiptHandle } of Messages) {
      if (deleted.has(Body!)) wrong.push(Body!);
      // One of three stays, hidden.
      if (Number(Body) % 3 === 0) continue;
      await sqs.deleteMessage({ QueueUrl: QueueUrl(), ReceiptHandle: ReceiptHandle! });
      deleted.add(Body!);
    }
  }
  async function work(): Promise<void> {
    while (!isOver) {
      await round().catch(() => {});
      await isUp;
    }
  }
  const clients = Array.from({ length: 8 }, work);
  for (let kill = 1; kill <= kills; kill++) {
    await expect.poll(() => sent.size, { timeout: 120_000, interval: 5 }).toBeGreaterThan(kill * between);
    isUp = (async () => {
      await server.kill();
      await server.start();
      sqs = newClient();
    })();
    await isUp;
  }
  isOver = true;
  await Promise.all(clients);

  expect(wrong).toEqual([]);
  const url = QueueUrl();
  const counts = async () => {
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl: url, AttributeNames: ["All"] });
    return [Attributes!.ApproximateNumberOfMessages, Attributes!.ApproximateNumberOfMessagesNotVisible].map(Number);
  };
  const left = [...sent].filter((body) => !deleted.has(body));
  const [ready, hidden] = (await counts()) as [number, number];
  // Beside those are messages and deletions of calls that were cut off.
  expect(ready + hidden).toBeGreaterThanOrEqual(left.filter((body) => Number(body) % 3 === 0).length);
  const taken = new Set<string>();
  for (;;) {
    const { Messages = [] } = await sqs.receiveMessage({ QueueUrl: url, MaxNumberOfMessages: 10 });
    if (Messages.length === 0) break;
    for (const { Body } of Messages) {
      expect(deleted.has(Body!)).toBe(false);
      taken.add(Body!);
    }
  }
  expect(taken.size).toBe(ready);
  expect(await counts()).toEqual([0, ready + hidden]);
  sqs.destroy();
}, 300_000);
