import { Glue } from "@aws-sdk/client-glue";
import { S3 } from "@aws-sdk/client-s3";
import { Fault } from "../src/aws/faults.ts";
import type { Context } from "../src/frame/context.ts";
import type { TestServer } from "./server.ts";

/** What commits to a table of Iceberg need of a context: the SDK's clients call over HTTP, as any user would. */
export function overHttp(server: Pick<TestServer, "clientOptions">): Context {
  const clients = {
    glue: new Glue(server.clientOptions),
    s3: new S3({ ...server.clientOptions, forcePathStyle: true }),
  };
  const call = async (service: keyof typeof clients, operation: string, input: object) => {
    const method = `${operation[0]!.toLowerCase()}${operation.slice(1)}`;
    const client = clients[service] as unknown as Record<string, (input: object) => Promise<object>>;
    return client[method]!(input).catch((error: Error) => {
      throw new Fault(error.name, error.message, { cause: error });
    });
  };
  const [clock, ids, random] = [{ now: Date.now }, { uuid: () => crypto.randomUUID() }, { next: Math.random }];
  return { call, clock, ids, random } as unknown as Context;
}
