import type { KeyShare, TransformPlan } from "../../images/transform-plan.ts";
import { type ChannelObject, channelObjects } from "../channels/channel-objects.ts";
import { errorWords } from "../disk-room.ts";
import type { CaptureManifests } from "./capture-manifests.ts";
import type { DataLog } from "./data-log.ts";
import { TransformFault } from "./transform-fault.ts";
import { type Transforming, transformObject } from "./transform-object.ts";

/** What became of the objects of a host. */
export interface Transformed {
  readonly done: number;
  readonly failed: number;
  /** Of the first object that failed. */
  readonly first?: { readonly of: TransformFault["of"]; readonly place: string; readonly message: string };
}

/** Each has a part of its output in memory. */
const mostObjectsAtOnce = 8;

/** Transforms the objects of this host. One that fails keeps no other from being transformed. */
export async function transformObjects(
  transforming: Transforming,
  { dataLog, captures }: { readonly dataLog: DataLog; readonly captures: CaptureManifests | undefined },
  stopping: AbortSignal,
): Promise<Transformed> {
  const { plan, parameters, objects } = transforming;
  const listed = ownObjects(channelObjects(plan.input, "the input", objects), plan.share);
  let done = 0;
  let failed = 0;
  let first: Transformed["first"];

  async function transform(object: ChannelObject): Promise<void> {
    const { bucket, key } = object;
    const outputKey = outputKeyOf(plan, object.path);
    try {
      await transformObject({ bucket, key, outputKey }, transforming, stopping);
      await captures?.add({ bucket, key }, { bucket: plan.output.bucket, key: outputKey });
      done++;
    } catch (error) {
      stopping.throwIfAborted();
      const fault = error instanceof TransformFault ? error : undefined;
      const message = fault?.message ?? errorWords(error);
      const title = `${bucket}/${key}`;
      const said = (fault?.said ?? "").split("\n").filter((line) => line !== "");
      dataLog.add(
        `${title}: ${message}`,
        ...(said.length > 0 ? ["Message:", ...said].map((line) => `${title}: ${line}`) : []),
      );
      console.error(`${title}: ${message}${said.length > 0 ? `: ${said.join(" ")}` : ""}`);
      failed++;
      first ??= { of: fault?.of ?? "ClientError", place: `s3://${title}`, message: [message, ...said].join(": ") };
    }
  }

  /** Takes the next object until there is none. */
  const work = async (): Promise<void> => {
    for (;;) {
      stopping.throwIfAborted();
      const next = await listed.next();
      if (next.done) return;
      await transform(next.value);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parameters.concurrent, mostObjectsAtOnce) }, work));
  await captures?.write();
  return { done, failed, ...(first && { first }) };
}

/** The output of an object stands at the object's path below the prefix of the input. */
const outputKeyOf = ({ output }: Pick<TransformPlan, "output">, path: string): string =>
  `${output.prefix === "" ? "" : `${output.prefix}/`}${path}.out`;

async function* ownObjects(
  objects: AsyncIterable<ChannelObject>,
  share: KeyShare | undefined,
): AsyncGenerator<ChannelObject> {
  let number = 0;
  for await (const object of objects) {
    if (share && "hosts" in share && number++ % share.hosts !== share.host) continue;
    if (share && !("hosts" in share) && !isBetween(object.key, share)) continue;
    yield object;
  }
}

/** Keys are compared by their bytes, as lists are ordered. */
const isBetween = (key: string, { from, until }: { readonly from?: string; readonly until?: string }): boolean =>
  (from === undefined || Buffer.compare(Buffer.from(key), Buffer.from(from)) >= 0) &&
  (until === undefined || Buffer.compare(Buffer.from(key), Buffer.from(until)) < 0);
