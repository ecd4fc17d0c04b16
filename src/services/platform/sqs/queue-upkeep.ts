import { defineUpkeep } from "../../../frame/define-upkeep.ts";
import { allDocuments } from "../../../stores/resources/port.ts";
import { queueKind, queueOf } from "./queue-kind.ts";

const everyMilliseconds = 600_000;

/** Removes messages that are too old from queues that nobody reads, and what was sent to a queue as it was deleted. */
export const queueUpkeep = defineUpkeep({
  name: "queue-messages",
  everyMilliseconds,
  async run({ queues, resources }, signal) {
    // Ids are looked at first: the document of a queue is written before it gets a message.
    const ids = new Set(await queues.ids("queue-"));
    for await (const document of allDocuments(resources, queueKind.name, {})) {
      signal.throwIfAborted();
      const of = queueOf(queueKind.read(document));
      if (ids.delete(of.id)) await queues.expire(of);
    }
    for (const id of ids) await queues.drop(id);
  },
});
