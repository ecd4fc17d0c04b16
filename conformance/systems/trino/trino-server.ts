/** What Trino answers: its types and rows, or the name of its error. */
export type Answer =
  | { readonly types: readonly string[]; readonly rows: readonly (readonly unknown[])[] }
  | { readonly error: string };

interface Page {
  readonly columns?: readonly { readonly type: string }[];
  readonly data?: readonly (readonly unknown[])[];
  readonly nextUri?: string;
  readonly error?: { readonly errorName: string; readonly message: string };
}

const headers = {
  "X-Trino-User": "test",
  "X-Trino-Time-Zone": "UTC",
  "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME",
  // Its other ways to count what is distinct end with an error of their own beside reduce_agg.
  "X-Trino-Session": "distinct_aggregations_strategy=single_step",
};

/** Runs a statement by Trino's own protocol. */
export async function askTrino(
  origin: string,
  text: string,
  { catalog = "memory", schema = "default" }: { readonly catalog?: string; readonly schema?: string } = {},
): Promise<Answer> {
  const rows: (readonly unknown[])[] = [];
  let types: string[] = [];
  let page = (await (
    await fetch(`${origin}/v1/statement`, {
      method: "POST",
      body: text,
      headers: { ...headers, "X-Trino-Catalog": catalog, "X-Trino-Schema": schema },
    })
  ).json()) as Page;
  for (;;) {
    if (page.error !== undefined) return { error: page.error.errorName };
    if (page.columns !== undefined)
      types = page.columns.map(({ type }) => type.replaceAll(/INTERVAL [A-Z ]+/g, (name) => name.toLowerCase()));
    if (page.data !== undefined) rows.push(...page.data);
    if (page.nextUri === undefined) return { types: types.map(plainType), rows };
    page = (await (await fetch(page.nextUri)).json()) as Page;
  }
}

/** `decimal(12, 3)` as typeof writes it. */
const plainType = (type: string): string => type.replaceAll(/\((\d+), (\d+)\)/g, "($1,$2)");
