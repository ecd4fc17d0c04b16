import {
  type MessageState,
  readMessage,
  readState,
  sequenceText,
  timeOfSequence,
  timeText,
  unseen,
  writeMessage,
  writeState,
} from "./message-text.ts";
import type { NewMessage, QueueCounts, QueueOf, SentMessage, StoredMessage } from "./port.ts";
import type { QueueView } from "./queue-view.ts";

/**
 * The keys of a queue's records. A message has its text under `m` and, once it was taken or delayed, its state under
 * `s`; and it has its place in one order: `r` when it may be taken, `h` while it is hidden. In a FIFO queue `g` has the
 * messages of each group, `a` the groups of which one may be taken, by their first message, and `l` how many of a group
 * are taken.
 */
const keys = {
  message: (sequence: string) => `m/${sequence}`,
  state: (sequence: string) => `s/${sequence}`,
  ready: (sequence: string) => `r/${sequence}`,
  hidden: (until: number, sequence: string) => `h/${timeText(until)}/${sequence}`,
  inGroup: (group: string, sequence: string) => `g/${group}${mark}${sequence}`,
  available: (first: string) => `a/${first}`,
  lock: (group: string) => `l/${group}`,
  once: (id: string) => `d/${id}`,
  forgotten: (at: number, id: string) => `e/${timeText(at)}/${id}`,
};
/** Groups hold visible characters alone. */
const mark = "\u001f";
const behind = (prefix: string) => prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
/** The record of the counts and of the latest sequence. */
const countsKey = "n";
const rememberedMilliseconds = 300_000;
const dueAtOnce = 1_000;

export interface KeptCounts extends QueueCounts {
  /** The sequence of the message that was sent last; empty when there was none. */
  readonly latest: string;
}
const emptyCounts: KeptCounts = { ready: 0, hidden: 0, delayed: 0, latest: "" };

export async function readCounts(view: QueueView): Promise<KeptCounts> {
  const [text] = await view.get([countsKey]);
  if (text === undefined) return emptyCounts;
  const [ready, hidden, delayed, latest] = text.split(" ");
  return { ready: Number(ready), hidden: Number(hidden), delayed: Number(delayed), latest: latest ?? "" };
}

/** A message with where it stands. */
export interface FoundMessage {
  readonly message: StoredMessage;
  readonly state: MessageState;
}

/** One queue in one batch: what may be done to its messages. */
export interface OpenQueue {
  readonly of: QueueOf;
  readonly counts: KeptCounts;
  /** Whether messages have come that may be taken. */
  readonly hasNews: boolean;
  add(message: NewMessage): Promise<SentMessage>;
  /** Makes what is due visible, and removes what is too old. Returns whether there is more of it. */
  settle(): Promise<boolean>;
  /** Messages that may be taken, the oldest first; in a FIFO queue those of a few groups. */
  ready(limit: number): Promise<FoundMessage[]>;
  find(sequence: string): Promise<MessageState | undefined>;
  read(sequence: string): Promise<FoundMessage | undefined>;
  /** Hides a message that may be taken, or that is hidden already. */
  hide(sequence: string, from: MessageState, to: MessageState): Promise<void>;
  /** Notes that a message was taken without being hidden. */
  touch(sequence: string, state: MessageState): void;
  /** Makes a hidden message visible. */
  show(sequence: string, from: MessageState): Promise<void>;
  remove(sequence: string, state: MessageState): Promise<void>;
  /** Takes a message of another queue, as it is. */
  adopt(message: StoredMessage): Promise<void>;
  /** What was noted under an id in the last five minutes. */
  noted(id: string): Promise<string | undefined>;
  note(id: string, value: string): void;
  /** Makes the sequence of something that is not kept. */
  take(): string;
  /** When the next hidden message is due. */
  nextDue(): Promise<number | undefined>;
  /** Writes the counts into the view. */
  finish(): void;
}

/** @param nextSequence makes the sequence of a message that is sent now */
export function openQueue(
  of: QueueOf,
  view: QueueView,
  before: KeptCounts,
  now: number,
  nextSequence: () => string,
): OpenQueue {
  const counts: { -readonly [Name in keyof KeptCounts]: KeptCounts[Name] } = { ...before };
  let hasNews = false;

  const groupRange = (group: string) => [`g/${group}${mark}`, `g/${group}${behind(mark)}`] as const;
  const firstOf = async (group: string): Promise<string | undefined> => {
    const [key] = await view.first(...groupRange(group), 1);
    return key?.slice(key.lastIndexOf(mark) + 1);
  };
  const stateOf = async (sequence: string) => readState((await view.get([keys.state(sequence)]))[0]);
  const groupOf = async (sequence: string): Promise<string> => {
    const [text] = await view.get([keys.message(sequence)]);
    return readMessage(text!, sequence).group ?? "";
  };

  /** Makes a group available by its first message, if none of it is taken and that one is not delayed. */
  async function offer(group: string): Promise<void> {
    const [locked] = await view.get([keys.lock(group)]);
    if (locked !== undefined) return;
    const first = await firstOf(group);
    if (first === undefined || (await stateOf(first)).hiddenUntil > 0) return;
    view.put(keys.available(first), group);
    hasNews = true;
  }

  /** Notes that a message is no longer hidden: where the most were, others may be taken now. */
  function unhide(): void {
    if (of.mostHidden !== undefined && counts.hidden >= of.mostHidden && counts.ready > 0) hasNews = true;
    counts.hidden--;
  }

  async function release(group: string): Promise<void> {
    const [locked] = await view.get([keys.lock(group)]);
    const left = Number(locked ?? 1) - 1;
    if (left > 0) return view.put(keys.lock(group), String(left));
    view.remove(keys.lock(group));
    await offer(group);
  }

  async function store(message: StoredMessage, delayMilliseconds: number): Promise<void> {
    const { sequence, group = "" } = message;
    view.put(keys.message(sequence), writeMessage(message));
    if (of.fifo) view.put(keys.inGroup(group, sequence), "");
    if (delayMilliseconds > 0) {
      const until = now + delayMilliseconds;
      counts.delayed++;
      view.put(keys.state(sequence), writeState({ ...unseen, hiddenUntil: until }));
      view.put(keys.hidden(until, sequence), "");
      return;
    }
    counts.ready++;
    hasNews = true;
    if (!of.fifo) view.put(keys.ready(sequence), "");
    else if ((await firstOf(group)) === sequence) await offer(group);
  }

  /** Removes the marks of deduplication ids whose time is over. */
  async function forget(): Promise<boolean> {
    const over = await view.first("e/", `e/${timeText(now + 1)}`, dueAtOnce);
    for (const key of over) {
      view.remove(key);
      view.remove(keys.once(key.slice(key.indexOf("/", 2) + 1)));
    }
    return over.length === dueAtOnce;
  }

  const queue: OpenQueue = {
    of,
    counts,
    get hasNews() {
      return hasNews;
    },

    async add({ delayMilliseconds, ...message }) {
      const { fifo } = of;
      const id =
        fifo && message.deduplication !== undefined
          ? fifo.deduplicatesInGroup
            ? `${message.group}${mark}${message.deduplication}`
            : message.deduplication
          : undefined;
      if (id !== undefined) {
        await forget();
        const [known] = await view.get([keys.once(id)]);
        if (known !== undefined) {
          const [sequence, messageId] = known.split(" ");
          return { sequence: sequence!, messageId: messageId! };
        }
      }
      const sequence = queue.take();
      if (id !== undefined) {
        view.put(keys.once(id), `${sequence} ${message.messageId}`);
        view.put(keys.forgotten(now + rememberedMilliseconds, id), "");
      }
      await store({ ...message, sent: now, sequence } as StoredMessage, delayMilliseconds);
      return { messageId: message.messageId, sequence };
    },

    async settle() {
      const due = await view.first("h/", `h/${timeText(now + 1)}`, dueAtOnce);
      for (const key of due) {
        const sequence = key.slice(key.lastIndexOf("/") + 1);
        await queue.show(sequence, await stateOf(sequence));
      }
      const forgot = of.fifo ? await forget() : false;
      const oldest = sequenceText(Math.max(0, now - of.retentionMilliseconds), 0);
      const old = await view.first("m/", keys.message(oldest), dueAtOnce);
      for (const key of old) {
        const sequence = key.slice(2);
        await queue.remove(sequence, await stateOf(sequence));
      }
      return due.length === dueAtOnce || old.length === dueAtOnce || forgot;
    },

    async ready(limit) {
      const sequences: string[] = [];
      if (!of.fifo) for (const key of await view.first("r/", "r0", limit)) sequences.push(key.slice(2));
      else
        for (const key of await view.first("a/", "a0", limit)) {
          const [group] = await view.get([key]);
          for (const inGroup of await view.first(...groupRange(group!), limit - sequences.length)) {
            const sequence = inGroup.slice(inGroup.lastIndexOf(mark) + 1);
            if ((await stateOf(sequence)).hiddenUntil > 0) break;
            sequences.push(sequence);
          }
          if (sequences.length >= limit) break;
        }
      const texts = await view.get([...sequences.map(keys.message), ...sequences.map(keys.state)]);
      return sequences.map((sequence, index) => ({
        message: readMessage(texts[index]!, sequence),
        state: readState(texts[sequences.length + index]),
      }));
    },

    find: async (sequence) => (await queue.read(sequence))?.state,

    async read(sequence) {
      const [text, state] = await view.get([keys.message(sequence), keys.state(sequence)]);
      return text === undefined ? undefined : { message: readMessage(text, sequence), state: readState(state) };
    },

    async hide(sequence, from, to) {
      if (from.hiddenUntil > 0) view.remove(keys.hidden(from.hiddenUntil, sequence));
      else {
        counts.ready--;
        counts.hidden++;
        if (of.fifo) {
          const group = await groupOf(sequence);
          const [locked] = await view.get([keys.lock(group)]);
          if (locked === undefined) view.remove(keys.available((await firstOf(group))!));
          view.put(keys.lock(group), String(Number(locked ?? 0) + 1));
        } else view.remove(keys.ready(sequence));
      }
      view.put(keys.state(sequence), writeState(to));
      view.put(keys.hidden(to.hiddenUntil, sequence), "");
    },

    touch(sequence, state) {
      view.put(keys.state(sequence), writeState(state));
    },

    async show(sequence, from) {
      view.remove(keys.hidden(from.hiddenUntil, sequence));
      view.put(keys.state(sequence), writeState({ ...from, hiddenUntil: 0 }));
      counts.ready++;
      hasNews = true;
      if (from.receives === 0) counts.delayed--;
      else unhide();
      if (!of.fifo) return view.put(keys.ready(sequence), "");
      const group = await groupOf(sequence);
      if (from.receives > 0) await release(group);
      else if ((await firstOf(group)) === sequence) await offer(group);
    },

    async remove(sequence, state) {
      const group = of.fifo ? await groupOf(sequence) : "";
      const first = of.fifo ? await firstOf(group) : undefined;
      for (const key of [keys.message(sequence), keys.state(sequence)]) view.remove(key);
      if (of.fifo) view.remove(keys.inGroup(group, sequence));
      if (state.hiddenUntil > 0) {
        view.remove(keys.hidden(state.hiddenUntil, sequence));
        if (state.receives === 0) counts.delayed--;
        else unhide();
        if (of.fifo && state.receives > 0) await release(group);
        else if (of.fifo && first === sequence) await offer(group);
        return;
      }
      counts.ready--;
      if (!of.fifo) view.remove(keys.ready(sequence));
      else if (first === sequence) {
        view.remove(keys.available(sequence));
        await offer(group);
      }
    },

    async adopt(message) {
      const [there] = await view.get([keys.message(message.sequence)]);
      // In a FIFO queue what comes is the youngest, and its time begins.
      const isNew = of.fifo !== undefined || there !== undefined;
      const sequence = isNew ? nextSequence() : message.sequence;
      if (sequence > counts.latest) counts.latest = sequence;
      await store({ ...message, sequence, sent: of.fifo ? now : message.sent }, 0);
    },

    async noted(id) {
      return (await view.get([keys.once(mark + id)]))[0];
    },

    note(id, value) {
      view.put(keys.once(mark + id), value);
      view.put(keys.forgotten(now + rememberedMilliseconds, mark + id), "");
    },

    take() {
      counts.latest = nextSequence();
      return counts.latest;
    },

    async nextDue() {
      const [key] = await view.first("h/", "h0", 1);
      return key === undefined ? undefined : timeOfSequence(key.slice(2));
    },

    finish() {
      const { ready, hidden, delayed, latest } = counts;
      view.put(countsKey, `${ready} ${hidden} ${delayed} ${latest}`);
    },
  };
  return queue;
}
