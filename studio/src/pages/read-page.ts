/** An answer of a list: its rows, and what the next page is asked for with. */
export interface Answer<Row> {
  readonly rows: readonly Row[];
  readonly next: string | undefined;
}

/** A page of a list. */
export interface ReadPage<Row> extends Answer<Row> {
  readonly number: number;
  /** With what it was asked for; undefined for the first one. */
  readonly token: string | undefined;
  /** How many pages are known. */
  readonly known: number;
}

/** Where the pages of a query begin: that of page 2 first. */
const starts = new Map<string, string[]>();
/** Queries whose pages are remembered, and answers that are read to come to a page that nothing leads to yet. */
const mostQueries = 100;
const mostRead = 1_000;

/**
 * Reads the page of a number. A service gives each page's token with the one before it, so those before are read where
 * they have not been, as after a reload. Of a list that ends earlier it is the last page.
 * @param query what is asked for: a token counts for the query alone that gave it
 */
export async function readPage<Row>(
  query: string,
  number: number,
  read: (token: string | undefined) => Promise<Answer<Row>>,
): Promise<ReadPage<Row>> {
  const tokens = starts.get(query) ?? [];
  const remembered = Math.min(number, tokens.length + 1);
  remember(query, tokens);
  try {
    return await readFrom(remembered, number, tokens, read);
  } catch (error) {
    if (remembered === 1 || (error as Error).name === "AbortError") throw error;
    // A token ends with its server, or with the row that it names.
    tokens.length = 0;
    return await readFrom(1, number, tokens, read);
  }
}

async function readFrom<Row>(
  first: number,
  wanted: number,
  tokens: string[],
  read: (token: string | undefined) => Promise<Answer<Row>>,
): Promise<ReadPage<Row>> {
  let at = first;
  for (let count = 1; ; count++) {
    const token = at === 1 ? undefined : tokens[at - 2];
    const { rows, next } = await read(token);
    if (next === undefined) tokens.length = at - 1;
    else tokens[at - 1] = next;
    // Its rows have been deleted since.
    if (rows.length === 0 && next === undefined && at > 1) at = wanted = at - 1;
    else if (at === wanted || next === undefined || count === mostRead)
      return { rows, next, number: at, token, known: tokens.length + 1 };
    else at++;
  }
}

function remember(query: string, tokens: string[]): void {
  starts.delete(query);
  starts.set(query, tokens);
  if (starts.size > mostQueries) starts.delete(starts.keys().next().value!);
}

/** The number of the page that an address says: "?page=3". */
export function pageNumber(search: URLSearchParams): number {
  const number = Number(search.get("page") ?? 1);
  return Number.isSafeInteger(number) && number > 0 ? number : 1;
}
