import { defineUpkeep } from "../../../frame/define-upkeep.ts";
import { allDocuments } from "../../../stores/resources/port.ts";
import { numbersOf, topicKind } from "./topic-kind.ts";

const everyMilliseconds = 600_000;

/** Removes the numbers of messages by which a FIFO topic knows a repeated one: old ones, and those of topics that are gone. */
export const topicUpkeep = defineUpkeep({
  name: "topic-numbers",
  everyMilliseconds,
  async run({ queues, resources }, signal) {
    // Ids are looked at first: the document of a topic is written before it numbers a message.
    const ids = new Set(await queues.ids("topic-"));
    if (ids.size === 0) return;
    for await (const { id } of allDocuments(resources, topicKind.name, {})) {
      signal.throwIfAborted();
      const numbers = numbersOf({ id });
      if (ids.delete(numbers.id)) await queues.expire(numbers);
    }
    for (const id of ids) await queues.drop(id);
  },
});
