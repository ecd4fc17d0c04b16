import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { Grant } from "../../../aws/caller.ts";
import { Fault } from "../../../aws/faults.ts";
import { s3Arn } from "../../../aws/s3-arn.ts";
import type { ReconcileContext } from "../../../frame/define-reconciler.ts";
import type { JournalEntry } from "../../../stores/journals/port.ts";
import type { Capture } from "./data-capture.ts";
import type { Fleet } from "./endpoint-fleet.ts";

/** A journal of captured requests, and how far it is in S3. */
export interface CaptureStream extends Pick<Capture, "stream" | "bucket" | "prefix"> {
  /** The position of the first entry that is not. */
  readonly shipped: number;
}

export interface Shipped {
  /** The same array when nothing changed. */
  readonly captures: readonly CaptureStream[] | undefined;
  readonly again?: number;
}

interface Shipping {
  readonly name: string;
  readonly fleets: readonly (Fleet | undefined)[];
  readonly captures: readonly CaptureStream[] | undefined;
  /** Whether requests of former fleets may still be answered. */
  readonly retiring: boolean;
  /** Whether nothing is gathered any more. */
  readonly ending: boolean;
}

export const captureGrants = (name: string, captures: readonly Pick<Capture, "bucket" | "prefix">[]): Grant[] =>
  captures.map(({ bucket, prefix }) => ({
    actions: ["s3:PutObject"],
    resources: [s3Arn(bucket, `${prefix}${name}/*`)],
  }));

/** Returns the journals that an endpoint has written or may write. */
export function captureStreams(
  fleets: readonly (Fleet | undefined)[],
  captures: readonly CaptureStream[] = [],
): CaptureStream[] {
  const known = new Set(captures.map(({ stream }) => stream));
  const begun = fleets.flatMap((fleet) => {
    if (!fleet?.capture || known.has(fleet.capture.stream)) return [];
    const { stream, bucket, prefix } = fleet.capture;
    return [{ stream, bucket, prefix, shipped: 0 }];
  });
  return [...captures, ...begun];
}

/**
 * Makes files of what was captured when it has been gathered long enough. Files are named by the place of their first
 * line in the journal, so one that is put again after a kill replaces itself, with the same lines and maybe more.
 */
export async function shipCaptures(context: ReconcileContext, shipping: Shipping): Promise<Shipped> {
  const { fleets, captures, retiring, ending } = shipping;
  const { clock, journals, settings } = context;
  const intervalMilliseconds = settings.dataCaptureSeconds * 1000;
  const current = new Set(fleets.flatMap((fleet) => fleet?.capture?.stream ?? []));
  const left: CaptureStream[] = [];
  let changed = false;
  let again: number | undefined;
  for (const one of captureStreams(fleets, captures)) {
    const isCurrent = !ending && current.has(one.stream);
    const next = (await journals.summary(one.stream))?.next ?? 0;
    if (next <= one.shipped) {
      if (isCurrent || retiring) {
        left.push(one);
        again = Math.min(again ?? Number.POSITIVE_INFINITY, clock.now() + intervalMilliseconds);
      } else {
        await journals.trim(one.stream, Number.POSITIVE_INFINITY);
        changed = true;
      }
      continue;
    }
    const [first] = await journals.read(one.stream, one.shipped, 1);
    const due = first!.appended + intervalMilliseconds;
    if (isCurrent && clock.now() < due) {
      left.push(one);
      again = Math.min(again ?? due, due);
      continue;
    }
    try {
      const shipped = await shipBatch(context, shipping.name, one);
      left.push({ ...one, shipped });
      changed = true;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const where = `s3://${one.bucket}/${one.prefix}`;
      if (ending) {
        context.tell(
          `${next - one.shipped} captured requests are lost: they could not be put below ${where}. ${error.message}`,
        );
        await journals.trim(one.stream, Number.POSITIVE_INFINITY);
        changed = true;
        continue;
      }
      context.tell(`Captured requests cannot be put below ${where}. ${error.message} They are kept, and tried again.`);
      left.push(one);
      again = Math.min(again ?? Number.POSITIVE_INFINITY, clock.now() + intervalMilliseconds);
    }
  }
  const same = !changed && left.length === (captures?.length ?? 0);
  return { captures: same ? captures : left, again };
}

/** A batch has so many characters at least when there are more, and so many entries at most. */
const batchCharacters = 8 * 1024 * 1024;
const batchEntries = 20_000;
const mostAtOnce = 1_000;

/** Puts the next entries of a journal into S3, a file for each variant and hour; returns the position after them. */
async function shipBatch(context: ReconcileContext, endpointName: string, one: CaptureStream): Promise<number> {
  const { journals, settings } = context;
  await journals.trim(one.stream, one.shipped);
  const batch: JournalEntry[] = [];
  const positionAfter = () => (batch.at(-1)?.position ?? one.shipped - 1) + 1;
  let characters = 0;
  let atOnce = 16;
  while (characters < batchCharacters && batch.length < batchEntries) {
    const entries = await journals.read(one.stream, positionAfter(), atOnce);
    if (entries.length === 0) break;
    for (const entry of entries) {
      if (characters >= batchCharacters || batch.length === batchEntries) break;
      batch.push(entry);
      characters += entry.data.length;
    }
    // Entries are small or have megabytes.
    if (characters / batch.length < 10_000) atOnce = mostAtOnce;
  }
  const files = Map.groupBy(batch, ({ time, data }) => `${data.slice(0, data.indexOf("\n"))}/${hourOf(time)}`);
  for (const [folder, entries] of files) {
    const [first] = entries;
    const Key = `${one.prefix}${endpointName}/${folder}/${fileOf(one.stream, first!)}`;
    const lines = entries.map(({ data }) => `${data.slice(data.indexOf("\n") + 1)}\n`).join("");
    await context.call("s3", "PutObject", { Bucket: one.bucket, Key, Body: Readable.from([Buffer.from(lines)]) });
  }
  settings.reached("endpoint:before-captured");
  return positionAfter();
}

/** "2026/11/29/20" */
const hourOf = (time: number): string => new Date(time).toISOString().slice(0, 13).replace(/[-T]/g, "/");

/** "15-04-123-UUID.jsonl": minute, second and millisecond of the first request, and an id of its place. */
function fileOf(stream: string, { time, position }: JournalEntry): string {
  const moment = new Date(time).toISOString().slice(14, 23).replace(/[:.]/g, "-");
  const hash = createHash("sha256").update(`${stream} ${position}`).digest("hex");
  const uuid = [8, 12, 16, 20, 32].map((end, index) => hash.slice([0, 8, 12, 16, 20][index], end)).join("-");
  return `${moment}-${uuid}.jsonl`;
}
