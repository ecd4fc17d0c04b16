/**
 * Returns the first parameter that is given twice with different values and is not one of `lists`. The order of
 * parameters is not signed, so which of the values counts would be up to whoever passes a signed request on.
 */
export function repeatedParameter(query: URLSearchParams, lists: ReadonlySet<string>): string | undefined {
  const first = new Map<string, string>();
  for (const [name, value] of query) {
    const before = first.get(name);
    if (before === undefined) first.set(name, value);
    else if (before !== value && !lists.has(name)) return name;
  }
  return undefined;
}
