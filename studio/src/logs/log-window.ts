import { GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { call } from "../api/command.ts";
import { logs } from "../services/logs.ts";

export interface LogLine {
  readonly timestamp?: number;
  readonly message?: string;
  /** Where lines of several streams stand together. */
  readonly logStreamName?: string;
}

/** Where a stream is begun to be read. */
export type LogPlace = "start" | "end" | { readonly time: number };

/** What one answer of the service has. */
export interface LogPage {
  readonly lines: readonly LogLine[];
  readonly backward?: string;
  readonly forward?: string;
}

/** A part of a stream that is read: it grows at both ends, and forgets at the far one when it is too long. */
export interface LogWindow {
  /** Another one is read from another place, and is shown from there. */
  readonly id: number;
  readonly pages: readonly LogPage[];
  /** Those of all pages. */
  readonly lines: readonly LogLine[];
  /** The number of the first line, counted from where the reading began: lines before that have numbers below zero. */
  readonly first: number;
  /** Whether the stream begins, or ends for now, with the window. */
  readonly atStart: boolean;
  readonly atEnd: boolean;
}

/** What a browser holds without strain. */
const mostLines = 200_000;
/** Pages are joined up to it: a live tail comes in pages of a line. */
const pageLines = 10_000;

let lastId = 0;

export const windowOf = (page: LogPage, place: LogPlace): LogWindow => ({
  id: ++lastId,
  pages: [page],
  lines: page.lines,
  first: 0,
  atStart: place === "start" || (place === "end" && page.lines.length === 0),
  atEnd: place === "end",
});

/** Adds a page before the window. A page is the last one when it gives back the token with which it was asked for. */
export function before(window: LogWindow, page: LogPage, most = mostLines): LogWindow {
  if (page.lines.length === 0) return { ...window, atStart: true };
  const pages = [page, ...window.pages];
  let count = window.lines.length + page.lines.length;
  const isTooLong = count > most;
  while (count > most && pages.length > 2) count -= pages.pop()!.lines.length;
  const first = window.first - page.lines.length;
  return { ...window, pages, lines: linesOf(pages), first, atStart: false, atEnd: window.atEnd && !isTooLong };
}

/** Adds a page after the window. */
export function after(window: LogWindow, page: LogPage, most = mostLines): LogWindow {
  if (page.lines.length === 0) return { ...window, atEnd: true };
  const pages = [...window.pages];
  const last = pages.at(-1)!;
  if (last.lines.length + page.lines.length <= pageLines)
    pages[pages.length - 1] = { ...page, lines: [...last.lines, ...page.lines], backward: last.backward };
  else pages.push(page);
  let count = window.lines.length + page.lines.length;
  let { first } = window;
  while (count > most && pages.length > 2) {
    const { length } = pages.shift()!.lines;
    count -= length;
    first += length;
  }
  const atStart = window.atStart && first === window.first;
  return { ...window, pages, lines: linesOf(pages), first, atStart, atEnd: false };
}

const linesOf = (pages: readonly LogPage[]): readonly LogLine[] => pages.flatMap(({ lines }) => lines);

/** What a page is asked for with. */
export interface Asked {
  readonly token?: string;
  readonly startTime?: number;
  readonly fromHead: boolean;
}

/** Reads a page of a stream. */
export async function readPage(
  group: string,
  stream: string,
  { token, startTime, fromHead }: Asked,
  signal?: AbortSignal,
): Promise<LogPage> {
  const input = { logGroupName: group, logStreamName: stream, nextToken: token, startTime, startFromHead: fromHead };
  const { events = [], nextBackwardToken, nextForwardToken } = await call(logs, GetLogEventsCommand, input, signal);
  return { lines: events, backward: nextBackwardToken, forward: nextForwardToken };
}
