import { GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { call } from "../api/command.ts";
import { logs } from "../services/logs.ts";

export interface LogLine {
  readonly timestamp?: number;
  readonly message?: string;
}

/** A part of a stream that is read: it grows at both ends, and forgets at the far one when it is too long. */
export interface LogWindow {
  readonly lines: readonly LogLine[];
  readonly backward?: string;
  readonly forward?: string;
  /** Whether the stream begins, or ends for now, with the window. */
  readonly atStart: boolean;
  readonly atEnd: boolean;
}

export const emptyWindow: LogWindow = { lines: [], atStart: false, atEnd: false };

/** What a browser holds without strain. */
const mostLines = 200_000;

/** What one answer of the service has. */
export interface LogPage {
  readonly lines: readonly LogLine[];
  readonly backward?: string;
  readonly forward?: string;
}

/** A page is the last of its direction when it gives back the token with which it was asked for. */
export function extended(window: LogWindow, page: LogPage, direction: "backward" | "forward"): LogWindow {
  if (window === emptyWindow) return { ...page, atStart: page.lines.length === 0, atEnd: false };
  if (direction === "backward") {
    const atStart = page.backward === window.backward;
    const lines = [...page.lines, ...window.lines];
    const dropped = lines.length > mostLines;
    return {
      ...window,
      lines: lines.slice(0, mostLines),
      backward: page.backward,
      atStart,
      atEnd: window.atEnd && !dropped,
    };
  }
  const lines = page.lines.length > 0 ? [...window.lines, ...page.lines].slice(-mostLines) : window.lines;
  const dropped = window.lines.length + page.lines.length > mostLines;
  return {
    ...window,
    lines,
    forward: page.forward,
    atStart: window.atStart && !dropped,
    atEnd: page.forward === window.forward,
  };
}

/** Reads the next page of a stream; without a token its last page, or its first. */
export async function readPage(
  group: string,
  stream: string,
  token: string | undefined,
  fromHead: boolean,
): Promise<LogPage> {
  const input = { logGroupName: group, logStreamName: stream, nextToken: token, startFromHead: fromHead };
  const { events = [], nextBackwardToken, nextForwardToken } = await call(logs, GetLogEventsCommand, input);
  return { lines: events, backward: nextBackwardToken, forward: nextForwardToken };
}
