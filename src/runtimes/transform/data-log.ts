import { errorWords } from "../disk-room.ts";
import { persistence } from "../requests/persistence.ts";
import { readText, sendRequest } from "../requests/send-request.ts";

/** The stream beside a job's log in which each object that fails is named. */
export interface DataLog {
  add(...lines: readonly string[]): void;
  /** Resolves when what was added is in the stream; says in the job's own log why it could not be. */
  written(): Promise<void>;
}

/** What one PutLogEvents takes, with room to spare. */
const mostEvents = 1_000;
const mostCharacters = 200_000;

export function createDataLog(group: string, stream: string, signal: AbortSignal): DataLog {
  const persistently = persistence({ signal });
  const waiting: { readonly timestamp: number; readonly message: string }[] = [];
  let writing: Promise<void> | undefined;
  let isMade = false;
  let isBroken = false;

  const call = async (operation: string, input: object): Promise<void> => {
    const answer = await sendRequest(
      {
        ...{ method: "POST", path: "/", service: "logs", body: JSON.stringify(input) },
        headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `Logs_20140328.${operation}` },
      },
      signal,
    );
    await readText(answer);
  };
  const unlessThere = (error: Error) => {
    if (!error.name.includes("AlreadyExists")) throw error;
  };
  const place = { logGroupName: group, logStreamName: stream };
  async function write(): Promise<void> {
    while (waiting.length > 0 && !isBroken) {
      let characters = 0;
      const count = waiting.findIndex(({ message }, index) => {
        characters += message.length;
        return index >= mostEvents || (index > 0 && characters > mostCharacters);
      });
      const logEvents = waiting.splice(0, count < 0 ? waiting.length : count);
      try {
        if (!isMade) {
          await persistently(() => call("CreateLogGroup", { logGroupName: group }).catch(unlessThere));
          await persistently(() => call("CreateLogStream", place).catch(unlessThere));
          isMade = true;
        }
        await persistently(() => call("PutLogEvents", { ...place, logEvents }));
      } catch (error) {
        isBroken = true;
        if (!signal.aborted) console.error(`The stream ${stream} cannot be written: ${errorWords(error)}`);
      }
    }
    writing = undefined;
  }

  return {
    add(...lines) {
      const timestamp = Date.now();
      const moment = new Date(timestamp).toISOString().slice(0, -1);
      // An empty message is no event.
      for (const line of lines) waiting.push({ timestamp, message: `${moment}:[sagemaker logs]: ${line}` });
      writing ??= write();
    },
    async written() {
      await writing;
    },
  };
}
