import type { ServerRecord } from "../home/lock.ts";
import { StartFailure } from "../home/start-failure.ts";
import type { Settings } from "../settings/settings.ts";

/** What a check looks at. It changes nothing, and works whether a server holds the home or not. */
export interface Checkup {
  readonly settings: Settings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether a server holds the home now, and what it says of itself once it listens. */
  readonly held: boolean;
  readonly server?: ServerRecord;
}

/** A line of `sagebrush doctor`. */
export interface Finding {
  /** What was looked at: "Disk". */
  readonly title: string;
  readonly words: string;
  /** `wrong` keeps the server or its clients from working, `note` does not. Left out: all is well. */
  readonly mark?: "note" | "wrong";
  /** What to do, with the command where there is one. */
  readonly fix?: string;
}

/** Something that `sagebrush doctor` looks at: a part of the server, or what it runs on. */
export interface Check {
  readonly name: string;
  check?(checkup: Checkup): Promise<readonly Finding[]> | readonly Finding[];
}

/** Returns what the checks find, in their order. A check that throws is a finding, so it hides no other. */
export async function* findingsOf(checks: readonly Check[], checkup: Checkup): AsyncGenerator<Finding> {
  for (const { name, check } of checks)
    try {
      yield* (await check?.(checkup)) ?? [];
    } catch (error) {
      yield findingOf(name, error);
    }
}

/** The messages of a StartFailure say in their first sentence what is wrong, and then what to do. */
export function findingOf(title: string, error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error);
  const [words, ...fix] = error instanceof StartFailure ? message.split(/(?<=\.)\s+(?=[A-Z])/) : [message];
  return { title, words: words!.replace(/\.$/, ""), mark: "wrong", ...(fix.length > 0 && { fix: fix.join(" ") }) };
}
