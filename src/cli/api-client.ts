import { keptAccount } from "../server/home/account.ts";
import { CommandError } from "./define-command.ts";
import { fetchFrom, type RunningServer } from "./running-server.ts";
import { signRequest } from "./sign-request.ts";

/** Calls operations of a running server as the administrator, by the protocols of JSON 1.1 and of S3. */
export interface ApiClient {
  readonly region: string;
  readonly account: string;
  /** `target` is the operation's in its protocol: "SageMaker.DescribeProcessingJob". @throws CommandError in the server's words */
  call<Answer>(service: string, target: string, input: object): Promise<Answer>;
  /** Makes a bucket, unless it is there. */
  makeBucket(bucket: string): Promise<void>;
  putObject(bucket: string, key: string, body: string): Promise<void>;
  getObject(bucket: string, key: string): Promise<string>;
}

export function createApiClient(server: RunningServer, environment: NodeJS.ProcessEnv): ApiClient {
  const region = environment.AWS_REGION || environment.AWS_DEFAULT_REGION || server.settings.region;
  const send = async (service: string, method: string, path: string, body: string, target?: string) => {
    const url = new URL(path, server.record.url);
    const request = { method, url, key: server.key, region, service, body, now: Date.now() };
    const headers = signRequest(target === undefined ? request : { ...request, target });
    const type = service === "s3" ? "application/xml" : "application/x-amz-json-1.1";
    const response = await fetchFrom(server, url, {
      method,
      headers: { ...headers, "content-type": type },
      ...(method !== "GET" && { body }),
    });
    return { isRefused: !response.ok, status: response.status, text: await response.text() };
  };
  return {
    region,
    // A server that runs has one.
    account: keptAccount(server.settings.home, server.settings.account)!,
    async call(service, target, input) {
      const { isRefused, text } = await send(service, "POST", "/", JSON.stringify(input), target);
      if (!isRefused) return text === "" ? {} : JSON.parse(text);
      throw new CommandError(wordsOf(text) ?? text);
    },
    async makeBucket(bucket) {
      const place = region === "us-east-1" ? "" : `<LocationConstraint>${region}</LocationConstraint>`;
      const body =
        place &&
        `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${place}</CreateBucketConfiguration>`;
      const { isRefused, status, text } = await send("s3", "PUT", `/${bucket}`, body);
      // 409: it is there.
      if (isRefused && status !== 409) throw new CommandError(`The bucket ${bucket} cannot be made: ${text}`);
    },
    async putObject(bucket, key, body) {
      const path = key.split("/").map(encodeURIComponent).join("/");
      const { isRefused, text } = await send("s3", "PUT", `/${bucket}/${path}`, body);
      if (isRefused) throw new CommandError(`s3://${bucket}/${key} cannot be written: ${text}`);
    },
    async getObject(bucket, key) {
      const path = key.split("/").map(encodeURIComponent).join("/");
      const { isRefused, text } = await send("s3", "GET", `/${bucket}/${path}`, "");
      if (isRefused) throw new CommandError(`s3://${bucket}/${key} cannot be read: ${text}`);
      return text;
    },
  };
}

function wordsOf(text: string): string | undefined {
  try {
    const { message, Message } = JSON.parse(text) as { message?: string; Message?: string };
    return message ?? Message;
  } catch {
    return undefined;
  }
}
