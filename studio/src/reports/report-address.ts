/** What a job found in a node of its flow. */
export interface FindingsName {
  readonly job: string;
  readonly node: string;
}

/** The address of the page of what was found; with the report of an older version of the table, of what changed. */
export function reportAddress(found: FindingsName, older?: FindingsName): string {
  const asked = new URLSearchParams({ of: textOf(found), ...(older && { older: textOf(older) }) });
  return `/report?${asked}`;
}

/** Reads such a name from an address; undefined for what is none. A job's name has no slash. */
export function findingsName(text: string | null): FindingsName | undefined {
  const at = text?.indexOf("/") ?? -1;
  if (text === null || at < 1 || at === text.length - 1) return undefined;
  return { job: text.slice(0, at), node: text.slice(at + 1) };
}

export const textOf = ({ job, node }: FindingsName): string => `${job}/${node}`;
