import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { createRestRouter } from "./rest-routes.ts";
import { sampleStructure } from "./sample-structure.ts";
import { readServiceModel } from "./schema.ts";
import { wireServices } from "./wire-services.ts";

interface Sent {
  method: string;
  path: string;
  query: Record<string, string | string[] | null>;
  headers: Record<string, string>;
}

/** Operations that no router can tell apart, because their requests are the same on the wire. */
const sameOnTheWire: Readonly<Record<string, string>> = { ListDirectoryBuckets: "ListBuckets" };

/** Returns the request that the real client would send, without sending it. */
async function requestOf(client: Record<string, unknown>, name: string, input: object): Promise<Sent> {
  const Client = Object.entries(client).find(([key]) => key.endsWith("Client") && !key.startsWith("__"))![1];
  const sender = new (Client as new (options: object) => { send(command: unknown): Promise<unknown> })({
    endpoint: "http://127.0.0.1:1",
    region: "us-east-1",
    credentials: { accessKeyId: "key", secretAccessKey: "secret" },
    disableHostPrefix: true,
    maxAttempts: 1,
    requestHandler: {
      handle(request: Sent) {
        throw Object.assign(new Error("taken"), { request });
      },
    },
  });
  const Command = client[`${name}Command`] as new (input: object) => unknown;
  const taken: { request?: Sent } = await sender.send(new Command(input)).then(
    () => ({}),
    (error) => error,
  );
  if (!taken.request) throw taken;
  return taken.request;
}

const restServices = wireServices.filter((service) => service.rest);

test.each(restServices)(
  "each request of the real $id client finds its operation, with and without x-id",
  async (service) => {
    const client = await service.load();
    const model = readServiceModel(client);
    const route = createRestRouter(model);
    for (const operation of model.operations.values()) {
      // A request is at its most ambiguous with its required members alone.
      const input = sampleStructure(
        operation.input,
        (member) => !member.required && member.shape.kind !== "streamingBlob",
      );
      if (input.Bucket) input.Bucket = "some-bucket";
      for (const [name, value] of Object.entries(input)) if (value instanceof Readable) input[name] = "a stream";
      const { method, path, query, headers } = await requestOf(client, operation.name, input);
      const names = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
      const fields = new URLSearchParams(
        Object.entries(query).map(([name, value]): [string, string] => [name, String(value ?? "")]),
      );
      const found = () => route(method, path, fields, (name) => names.has(name))?.operation.name;
      expect(found()).toBe(operation.name);
      fields.delete("x-id");
      expect(found()).toBe(sameOnTheWire[operation.name] ?? operation.name);
    }
  },
);

test("a bucket is the first part of the path, whatever follows", async () => {
  const s3 = wireServices.find((service) => service.id === "s3")!;
  const route = createRestRouter(readServiceModel(await s3.load()));
  const get = (path: string, query = "") => {
    const match = route("GET", path, new URLSearchParams(query), () => false);
    return match && [match.operation.name, match.labels];
  };
  expect(get("/")).toEqual(["ListBuckets", {}]);
  expect(get("/b")).toEqual(["ListObjects", { Bucket: "b" }]);
  expect(get("/b/")).toEqual(["ListObjects", { Bucket: "b" }]);
  expect(get("/b//")).toEqual(["GetObject", { Bucket: "b", Key: "/" }]);
  expect(get("/b/a//b/%2F")).toEqual(["GetObject", { Bucket: "b", Key: "a//b/%2F" }]);
  expect(get("/b", "list-type=2")).toEqual(["ListObjectsV2", { Bucket: "b" }]);
  expect(get("/b", "list-type=3")).toEqual(["ListObjects", { Bucket: "b" }]);
  expect(get("/b/k", "uploadId=u")).toEqual(["ListParts", { Bucket: "b", Key: "k" }]);
  // Without the header that it requires.
  expect(get("/b/k", "attributes")).toEqual(["GetObjectAttributes", { Bucket: "b", Key: "k" }]);
});
