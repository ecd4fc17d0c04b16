import { shellWord } from "../base/shell-word.ts";
import { type AccessKey, readAdministratorKey } from "../server/home/keys.ts";
import { isHeld, readServerRecord, type ServerRecord } from "../server/home/lock.ts";
import { readSettings, type Settings } from "../server/settings/settings.ts";
import { type Arguments, CommandError } from "./define-command.ts";
import { signRequest } from "./sign-request.ts";

/** The server that holds a home. */
export interface RunningServer {
  readonly settings: Settings;
  readonly record: ServerRecord;
  readonly key: AccessKey;
}

/** Returns the settings for the options of a command. */
export const settingsOf = (given: Arguments): Settings => readSettings({ home: given.options.home }, process.env);

/** Returns the server that holds the home of these settings; undefined when there is none or it is still starting. */
export function findServer(settings: Settings): RunningServer | undefined {
  const record = isHeld(settings.home) ? readServerRecord(settings.home) : undefined;
  return record && { settings, record, key: readAdministratorKey(settings.home) };
}

/** @throws CommandError that says how to start one */
export function needServer(settings: Settings): RunningServer {
  const server = findServer(settings);
  if (server !== undefined) return server;
  throw new CommandError(
    `No server holds ${settings.home}. Start one: bin/sagebrush start --detach --home ${shellWord(settings.home)}`,
  );
}

/** Calls the server's administration front, and returns the answer's JSON. */
export async function callServer(
  server: RunningServer,
  method: "GET" | "POST",
  path: string,
  signal?: AbortSignal,
  input?: object,
): Promise<unknown> {
  const url = new URL(`/_sagebrush/${path}`, server.record.url);
  const body = input === undefined ? "" : JSON.stringify(input);
  const { key, settings } = server;
  const headers = signRequest({ method, url, key, region: settings.region, body, now: Date.now() });
  const response = await fetchFrom(server, url, {
    ...{ method, headers, signal: signal ?? null },
    ...(input !== undefined && { body }),
  });
  const text = await response.text();
  if (!response.ok) throw new CommandError(`The server refused ${path}: HTTP ${response.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

/** @throws CommandError for a server that does not answer */
export function fetchFrom(server: RunningServer, url: URL, request: RequestInit): Promise<Response> {
  return fetch(url, request).catch((error: Error) => {
    const reason = (error.cause as Error | undefined)?.message ?? error.message;
    throw new CommandError(
      `The server (process ${server.record.pid}) does not answer at ${server.record.url}: ${reason}`,
    );
  });
}
