import { Fault } from "../aws/faults.ts";
import { bodyLabel } from "./define-kind.ts";
import { defineUpkeep } from "./define-upkeep.ts";
import { bodyBucket, unnamedBodyMilliseconds } from "./large-members.ts";

const bodiesAtOnce = 1_000;

/**
 * Removes the bodies of large members that no document names any more. A body is stored before the document that names
 * it, so bodies younger than an hour stay.
 */
export const bodySweep = defineUpkeep({
  name: "body-sweep",
  everyMilliseconds: unnamedBodyMilliseconds,
  async run({ objects, resources, kinds, clock }, signal) {
    const names = kinds.all.filter(({ large }) => large).map(({ service, kind }) => `${service}/${kind}`);
    let after: string | undefined;
    do {
      const page = await objects.list(bodyBucket, { after, limit: bodiesAtOnce });
      for (const { key, modified } of page.objects) {
        signal.throwIfAborted();
        if (modified > clock.now() - unnamedBodyMilliseconds) continue;
        const lists = names.map((name) => resources.list(name, { labels: { [bodyLabel]: key }, limit: 1 }));
        if ((await Promise.all(lists)).some(({ documents }) => documents.length > 0)) continue;
        await objects.delete({ bucket: bodyBucket, key }, { modified }).catch(ignoreChanged);
      }
      after = page.next;
    } while (after !== undefined);
  },
});

/** Ignores a body that was stored again, or removed, after the page was read. */
function ignoreChanged(error: unknown): void {
  if (!(error instanceof Fault && ["PreconditionFailed", "NoSuchKey"].includes(error.code))) throw error;
}
