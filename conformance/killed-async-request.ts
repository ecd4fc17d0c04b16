import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { expect } from "vitest";
import { clientsOf, patience } from "./clients.ts";
import { Bucket } from "./killed-training-job.ts";
import type { TestServer } from "./server.ts";

/** Whether a server is killed there while it ends a request of an asynchronous endpoint. */
export const isOfRequest = (point: string): boolean => point.startsWith("endpoint:end-");

const answers = "async-answers/";
const QueueName = "async-ends";

/** Makes a topic that is heard, and returns how an endpoint queues requests and tells it. */
export async function asyncConfig(server: TestServer) {
  const [sns, sqs] = [new SNS(server.clientOptions), new SQS(server.clientOptions)];
  const { TopicArn } = await sns.createTopic({ Name: QueueName });
  const { QueueUrl } = await sqs.createQueue({ QueueName });
  const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["QueueArn"] });
  const raw = { RawMessageDelivery: "true" };
  await sns.subscribe({ TopicArn, Protocol: "sqs", Endpoint: Attributes!.QueueArn!, Attributes: raw });
  const NotificationConfig = { SuccessTopic: TopicArn!, ErrorTopic: TopicArn! };
  return { OutputConfig: { S3OutputPath: `s3://${Bucket}/${answers}`, NotificationConfig } };
}

/** Sends a request to an endpoint, under its name. */
export const sendRequest = (server: TestServer, EndpointName: string, Body: string) =>
  clientsOf(server).runtime.invokeEndpointAsync({
    ...{ EndpointName, Body, ContentType: "text/csv", InferenceId: EndpointName },
    S3OutputPathExtension: EndpointName,
  });

/** The request has one answer, no failure, and its topic was told. */
export async function checkRequest(server: TestServer, EndpointName: string): Promise<void> {
  const sqs = new SQS(server.clientOptions);
  const { QueueUrl } = await sqs.getQueueUrl({ QueueName });
  const told: string[] = [];
  const hear = async () => {
    const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
    for (const { Body, ReceiptHandle } of Messages) {
      const { inferenceId, invocationStatus } = JSON.parse(Body!);
      if (inferenceId === EndpointName) told.push(invocationStatus);
      await sqs.deleteMessage({ QueueUrl, ReceiptHandle: ReceiptHandle! });
    }
    return told;
  };
  await expect.poll(hear, patience).toContain("Completed");
  const { s3 } = clientsOf(server);
  const { Contents = [] } = await s3.listObjectsV2({ Bucket, Prefix: `${answers}${EndpointName}/` });
  expect(Contents.map(({ Key }) => Key)).toEqual([expect.stringMatching(/[0-9a-f-]{36}\.out$/)]);
  const { Body } = await s3.getObject({ Bucket, Key: Contents[0]!.Key! });
  expect(Number(await Body!.transformToString())).toBeGreaterThan(0.8);
}
