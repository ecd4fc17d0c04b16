/** What a page watches: the documents of a kind, or a log stream. */
export type Subject = { readonly kind: string } | { readonly log: { readonly group: string; readonly stream: string } };

/** What a page sends. `id` is its own name for the watch. */
export type PageMessage =
  | { readonly type: "watch"; readonly id: number; readonly subject: Subject; readonly region: string | undefined }
  | { readonly type: "unwatch"; readonly id: number };

/** A document that has changed, for each watch that it concerns. */
export interface Change {
  readonly id: number;
  readonly kind: string;
  /** As the store has it: in lower case for most kinds, several names joined. */
  readonly name: string;
  readonly region: string;
  readonly version: number;
  readonly deleted: boolean;
  readonly status?: string | undefined;
}

/** What the server sends. A `sequence` is where the page goes on when it comes again. */
export type ServerMessage =
  | { readonly type: "hello"; readonly sequence: number }
  | { readonly type: "changed"; readonly sequence: number; readonly changes: readonly Change[] }
  | { readonly type: "log"; readonly id: number; readonly until: number }
  /** Anything may have changed: the page asks again for all that it shows. */
  | { readonly type: "look"; readonly sequence: number }
  | { readonly type: "refused"; readonly id: number; readonly message: string };

/** Reads a page's message; undefined for one that is none. */
export function readPageMessage(text: string): PageMessage | undefined {
  let message: Readonly<Record<string, unknown>> | null;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { type, id, kind, log, region } = message ?? {};
  if (typeof id !== "number") return undefined;
  if (type === "unwatch") return { type, id };
  if (type !== "watch" || (region !== undefined && typeof region !== "string")) return undefined;
  if (typeof kind === "string") return { type, id, region, subject: { kind } };
  const { group, stream } = (log ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof group !== "string" || typeof stream !== "string") return undefined;
  return { type, id, region, subject: { log: { group, stream } } };
}
