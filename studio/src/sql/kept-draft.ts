import { session } from "../api/session.ts";

/** What is being written in the SQL room. */
export interface SqlDraft {
  readonly text: string;
  readonly workGroup: string;
  readonly database: string | undefined;
}

interface Stored extends SqlDraft {
  readonly caller: string;
  readonly region: string;
}

/** In the tab's own storage, so that a reload finds it and another tab does not. Signing out clears it. */
const name = "sagebrush-sql";
const empty: SqlDraft = { text: "", workGroup: "primary", database: undefined };
let kept: SqlDraft | undefined;

/** Returns what this caller was writing in this tab. */
export function keptDraft(): SqlDraft {
  kept ??= stored();
  return kept;
}

function stored(): SqlDraft {
  try {
    const { caller, region, ...draft } = JSON.parse(sessionStorage.getItem(name) ?? "{}") as Partial<Stored>;
    // Somebody else may have signed in here since.
    if (caller !== session().caller.arn) return empty;
    // Another region has other databases.
    return { ...empty, ...(region === session().region ? draft : { text: draft.text ?? "" }) };
  } catch {
    return empty;
  }
}

export function keepDraft(draft: SqlDraft): void {
  kept = draft;
  try {
    sessionStorage.setItem(name, JSON.stringify({ ...draft, caller: session().caller.arn, region: session().region }));
  } catch {
    // What is longer than a browser keeps lasts until the page is left; the text before it would be a wrong one.
    sessionStorage.removeItem(name);
  }
}
