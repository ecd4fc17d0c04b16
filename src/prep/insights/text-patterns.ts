/** A pattern of texts: what kinds of characters they have, in which order. */
export interface TextPattern {
  /** "{upper:2}-{digits:4-7}" */
  readonly pattern: string;
  /** The share of the values that it covers. */
  readonly share: number;
  /** Some of the values that it does not cover. */
  readonly others: readonly string[];
}

const leastShare = 0.85;
const mostPatterns = 3;
const mostOthers = 5;
/** A text of more parts has no pattern that people would see. */
const mostParts = 16;

interface Part {
  readonly kind: string;
  readonly length: number;
}

const runs = /[A-Za-z]+|[0-9]+|\s+|[^A-Za-z0-9\s]/gu;

/** The parts of a text: runs of letters, of digits, of blanks, and every other character as it is. */
function partsOf(text: string): readonly Part[] | undefined {
  const parts: Part[] = [];
  for (const [run] of text.matchAll(runs)) {
    if (parts.length === mostParts) return undefined;
    parts.push({ kind: kindOf(run), length: run.length });
  }
  return parts;
}

function kindOf(run: string): string {
  if (/^[0-9]/.test(run)) return "digits";
  if (/^\s/.test(run)) return "whitespace";
  if (!/^[A-Za-z]/.test(run)) return run;
  if (run === run.toUpperCase() && run.length > 0) return "upper";
  if (run === run.toLowerCase()) return "lower";
  return run.slice(1) === run.slice(1).toLowerCase() ? "name" : "mixed";
}

/** Letters and digits as one. */
function coarse(text: string): readonly Part[] | undefined {
  const parts: Part[] = [];
  for (const [run] of text.matchAll(/[A-Za-z0-9]+|\s+|[^A-Za-z0-9\s]/gu)) {
    if (parts.length === mostParts) return undefined;
    const kind = /^[A-Za-z0-9]/.test(run) ? "alnum" : /^\s/.test(run) ? "whitespace" : run;
    parts.push({ kind, length: run.length });
  }
  return parts;
}

interface Group {
  rows: number;
  readonly least: number[];
  readonly most: number[];
}

/**
 * The patterns that cover at least 85 % of the values.
 *
 * @param labels the different values
 * @param rows how many rows have each
 */
export function textPatterns(labels: readonly string[], rows: ArrayLike<number>): readonly TextPattern[] {
  let total = 0;
  for (let at = 0; at < labels.length; at++) total += rows[at]!;
  if (total === 0) return [];
  const found: TextPattern[] = [];
  for (const read of [partsOf, coarse]) {
    const keys = labels.map((label) => read(label));
    const groups = new Map<string, Group>();
    for (const [at, parts] of keys.entries()) if (parts) add(groups, parts, rows[at]!);
    for (const [key, group] of groups) {
      const share = group.rows / total;
      if (share < leastShare) continue;
      const others = labels.filter((_, at) => keys[at] === undefined || keyOf(keys[at]!) !== key);
      found.push({ pattern: written(key, group), share, others: others.slice(0, mostOthers).map(shortened) });
    }
    // A pattern that tells digits from letters says more than one that does not.
    if (found.length > 0) break;
  }
  return found.toSorted((one, other) => other.share - one.share).slice(0, mostPatterns);
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

const keyOf = (parts: readonly Part[]): string => JSON.stringify(parts.map(({ kind }) => kind));

function add(groups: Map<string, Group>, parts: readonly Part[], rows: number): void {
  const key = keyOf(parts);
  const lengths = parts.map(({ length }) => length);
  const group = groups.get(key);
  if (group === undefined) {
    groups.set(key, { rows, least: [...lengths], most: [...lengths] });
    return;
  }
  group.rows += rows;
  for (const [at, length] of lengths.entries()) {
    group.least[at] = Math.min(group.least[at]!, length);
    group.most[at] = Math.max(group.most[at]!, length);
  }
}

const classes = new Set(["digits", "whitespace", "upper", "lower", "name", "mixed", "alnum"]);

function written(key: string, { least, most }: Group): string {
  const kinds = JSON.parse(key) as readonly string[];
  return kinds
    .map((kind, at) => {
      if (!classes.has(kind)) return kind;
      return `{${kind}:${least[at] === most[at] ? least[at] : `${least[at]}-${most[at]}`}}`;
    })
    .join("");
}
