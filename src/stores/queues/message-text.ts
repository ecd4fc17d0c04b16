import type { StoredMessage } from "./port.ts";

/** What becomes of a message as it is taken and comes back; a message that has none was never taken. */
export interface MessageState {
  /** When it is there again, in milliseconds since 1970; 0 when it is. */
  readonly hiddenUntil: number;
  readonly receives: number;
  readonly firstReceived: number;
  /** When it was taken last; 0 when that is not known. */
  readonly taken: number;
}

export const unseen: MessageState = { hiddenUntil: 0, receives: 0, firstReceived: 0, taken: 0 };

export const writeState = ({ hiddenUntil, receives, firstReceived, taken }: MessageState): string =>
  `${hiddenUntil} ${receives} ${firstReceived} ${taken}`;

export function readState(text: string | undefined): MessageState {
  if (text === undefined) return unseen;
  const [hiddenUntil, receives, firstReceived, taken = 0] = text.split(" ").map(Number) as [number, number, number];
  return { hiddenUntil, receives, firstReceived, taken };
}

/** A message as it is kept: a line of JSON, then its body. */
export const writeMessage = ({ body, sequence: _sequence, ...head }: StoredMessage): string =>
  `${JSON.stringify(head)}\n${body}`;

export function readMessage(text: string, sequence: string): StoredMessage {
  const end = text.indexOf("\n");
  return { ...JSON.parse(text.slice(0, end)), body: text.slice(end + 1), sequence };
}

const timeDigits = 13;
const counterDigits = 7;

export const timeText = (milliseconds: number): string => String(Math.floor(milliseconds)).padStart(timeDigits, "0");

/** Sequences begin with the time at which their message was sent, so their order is that of the messages' ages. */
export const sequenceText = (milliseconds: number, counter: number): string =>
  timeText(milliseconds) + String(counter).padStart(counterDigits, "0");

export const timeOfSequence = (sequence: string): number => Number(sequence.slice(0, timeDigits));

/** A handle names the queue, the message, and which taking of it is meant. */
export const writeHandle = (queue: string, sequence: string, receives: number): string =>
  Buffer.from(`${queue} ${sequence} ${receives}`).toString("base64");

/** Returns what a handle of the queue names; undefined for anything else. */
export function readHandle(handle: string, queue: string): { sequence: string; receives: number } | undefined {
  const [id, sequence, receives, ...more] = Buffer.from(handle, "base64").toString("latin1").split(" ");
  if (id !== queue || !sequence || !/^\d{20}$/.test(sequence) || !/^\d+$/.test(receives ?? "") || more.length > 0)
    return undefined;
  return { sequence, receives: Number(receives) };
}
