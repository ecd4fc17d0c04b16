/**
 * The queue store keeps messages until somebody takes them. A message that is taken is hidden for a time; who took it
 * removes it by the handle that came with it, and one that is not removed is there again. All of it is durable when a
 * call returns, and costs the same however many messages there are.
 */
export interface QueueStore {
  /** Puts messages into a queue, all or none, in their order. Returns one answer for each. */
  send(queue: QueueOf, messages: readonly NewMessage[]): Promise<readonly SentMessage[]>;
  /** Takes messages, the oldest first; none after `waitMilliseconds` in which none came, and when the signal aborts. */
  receive(queue: QueueOf, options: ReceiveOptions): Promise<readonly TakenMessage[]>;
  /** Removes messages by their handles. */
  remove(queue: QueueOf, handles: readonly string[]): Promise<readonly HandleOutcome[]>;
  /** Hides messages for so long from now on; those that are hidden for 0 are there at once. */
  hide(
    queue: QueueOf,
    changes: readonly {
      readonly handle: string;
      readonly milliseconds: number;
      /** The longest that the message may be hidden, counted from its taking. */
      readonly mostMilliseconds?: number;
    }[],
  ): Promise<readonly HandleOutcome[]>;
  counts(queue: QueueOf): Promise<QueueCounts>;
  /**
   * Moves up to `limit` messages that are there to other queues, the oldest first. `to` returns the queue of a message;
   * undefined leaves the message where it is, and ends the call. Returns how many it has moved.
   */
  move(
    queue: QueueOf,
    limit: number,
    to: (message: StoredMessage) => QueueOf | undefined,
  ): Promise<{ readonly moved: number }>;
  /**
   * Numbers what a queue does not keep, such as the messages of a FIFO topic. An id that was numbered in the last five
   * minutes has its number and messageId again; `isDone` says whether `done` was called for it.
   */
  number(queue: QueueOf, id: string, messageId: string): Promise<SentMessage & { readonly isDone: boolean }>;
  done(queue: QueueOf, id: string): Promise<void>;
  /** Removes all messages, in a moment however many there are. */
  purge(queue: QueueOf): Promise<void>;
  /** Removes what a queue that is no more has. */
  drop(id: string): Promise<void>;
  /** Removes messages that are too old. Reading a queue does it too. */
  expire(queue: QueueOf): Promise<void>;
  /** The ids that begin with a text, of queues that have messages, or had some. */
  ids(prefix: string): Promise<readonly string[]>;
  /** Forgets all queues. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** What is to be known of a queue at a call. */
export interface QueueOf {
  /** Never that of another queue, also when this one is gone. */
  readonly id: string;
  /** Messages older than this are gone. */
  readonly retentionMilliseconds: number;
  /** While so many messages are hidden by their taking, no more are taken. */
  readonly mostHidden?: number;
  /** Set for a queue that keeps the order of each group and takes a message once. */
  readonly fifo?: {
    /** Whether a deduplication id counts in its group alone. */
    readonly deduplicatesInGroup: boolean;
  };
}

export interface NewMessage {
  readonly messageId: string;
  readonly body: string;
  /** What else is kept of the message, for the caller. */
  readonly details: string;
  readonly delayMilliseconds: number;
  /** The group and the deduplication id; needed in a FIFO queue. */
  readonly group?: string | undefined;
  readonly deduplication?: string | undefined;
}

export interface SentMessage {
  /** Of a message that is there already, that one's. */
  readonly messageId: string;
  /** 20 digits; grows in a queue from message to message. */
  readonly sequence: string;
}

export interface StoredMessage {
  readonly messageId: string;
  readonly body: string;
  readonly details: string;
  /** Milliseconds since 1970. */
  readonly sent: number;
  readonly sequence: string;
  readonly group?: string;
  readonly deduplication?: string;
  /** The name of the queue that it came from, where it was taken too often there. */
  readonly source?: string;
}

export interface TakenMessage extends StoredMessage {
  readonly handle: string;
  /** How often it has been taken, with this time. */
  readonly receives: number;
  readonly firstReceived: number;
}

export interface ReceiveOptions {
  readonly limit: number;
  readonly hiddenMilliseconds: number;
  readonly waitMilliseconds: number;
  readonly signal: AbortSignal;
  /** In a FIFO queue: a call that repeats one takes the same messages, while these are hidden and were not removed. */
  readonly attempt?: string | undefined;
  /** Where a message goes that has been taken so often, with what is noted as its `source`. */
  readonly deadLetters?: { readonly to: QueueOf; readonly receives: number; readonly source: string } | undefined;
}

/**
 * `stale`: the message has been taken by somebody else since, or is gone. `visible`: it is not hidden any more.
 * `invalid`: no handle of this queue. `beyond`: the message would be hidden longer than it may be.
 */
export type HandleOutcome = "done" | "stale" | "visible" | "invalid" | "beyond";

export interface QueueCounts {
  /** Messages that may be taken. */
  readonly ready: number;
  /** Messages that are taken. */
  readonly hidden: number;
  /** Messages that were sent with a delay which is not over. */
  readonly delayed: number;
}
