import { fail } from "./fail.ts";
import { JsonScanner, NotJson } from "./json-scanner.ts";

const step = /\.([\p{L}\p{N}_:]+)|\[([\p{L}\p{N}_:]+)\]|\["((?:[^"\\]|\\["\\])*)"\]/uy;

let last: { readonly path: string; readonly steps: readonly string[] } | undefined;

/** `$.a["b c"][0]`. An error of the query for what is no path. */
function stepsOf(path: string): readonly string[] {
  if (last?.path === path) return last.steps;
  const steps: string[] = [];
  let at = 1;
  while (at < path.length) {
    step.lastIndex = at;
    const found = step.exec(path);
    if (found === null) break;
    at = step.lastIndex;
    steps.push(found[1] ?? found[2] ?? found[3]!.replaceAll(/\\(.)/g, "$1"));
  }
  if (!path.startsWith("$") || at < path.length) fail(`Invalid JSON path: '${path}'`);
  last = { path, steps };
  return steps;
}

/** Reads what a path leads to, the first of equal keys; undefined where nothing is, or what stands before it is no JSON. */
export function atPath<Result>(json: string, path: string, read: (scanner: JsonScanner) => Result): Result | undefined {
  const steps = stepsOf(path);
  const find = (scanner: JsonScanner, depth: number): { readonly result: Result } | undefined => {
    const name = steps[depth];
    if (name === undefined) return { result: read(scanner) };
    let found: { readonly result: Result } | undefined;
    // Only the first of equal keys is looked at.
    let isSeen = false;
    const look = (isIt: boolean): boolean => {
      if (!isIt || isSeen) return scanner.pass();
      isSeen = true;
      found = find(scanner, depth + 1);
      return found === undefined;
    };
    if (scanner.next === "{") scanner.object((key) => look(key === name));
    else if (scanner.next === "[") scanner.list((index) => look(String(index) === name));
    else scanner.pass();
    return found;
  };
  try {
    return find(new JsonScanner(json), 0)?.result;
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}
