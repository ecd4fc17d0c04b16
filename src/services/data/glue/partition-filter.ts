import type { KeyVisitor } from "../../../stores/records/port.ts";
import type { WantedTable } from "./catalog-kinds.ts";
import { invalidInput } from "./glue-faults.ts";
import { afterEnd, end, valueAt } from "./partition-keys.ts";
import { type KeyTest, type PartitionExpression, readPartitionExpression } from "./partition-syntax.ts";
import { type KeyType, keyType, orderedText } from "./partition-value.ts";

/** A range of what a key goes on with: from one text on, and before another one. */
type Span = readonly [from: string, before: string];

/** What is asked of one key. */
interface Leaf {
  readonly column: number;
  readonly spans: readonly Span[];
  readonly passes?: (value: string) => boolean;
}
type Node = { readonly all: readonly Node[] } | { readonly any: readonly Node[] } | Leaf;

/** After every key, which holds bytes only. */
const last = "\u0100";
const everything: readonly Span[] = [["", last]];
const nothing: readonly Span[] = [];
/** Where Hive puts rows without a value. */
const hiveNull = "__HIVE_DEFAULT_PARTITION__";

/** Chooses partitions by their keys. */
export interface PartitionFilter {
  /** Says of a key whether it is chosen; if not, from where on one may be. */
  look(key: string): "chosen" | ReturnType<KeyVisitor>;
}

/**
 * Compiles an expression over the keys of a table. What it asks of each key is a list of spans, so whatever lies outside
 * of them is jumped over: with `day = 7` alone, from the seventh of one month to that of the next.
 */
export function compilePartitionFilter(expression: string, keys: WantedTable["PartitionKeys"] = []): PartitionFilter {
  const names = keys.map(({ Name }) => Name.toLowerCase());
  const keyTypes = keys.map(({ Type }) => keyType(Type));
  const compile = (part: PartitionExpression): Node => {
    if ("all" in part) return { all: part.all.map(compile) };
    if ("any" in part) return { any: part.any.map(compile) };
    const column = names.indexOf(part.key.toLowerCase());
    if (column < 0) throw invalidInput("Invalid partition expression!");
    const type = keyTypes[column];
    if (!type) throw invalidInput(`Unknown type : '${keys[column]!.Type}'`);
    return { column, ...leafOf(type, part.test) };
  };
  const whole = compile(readPartitionExpression(expression));
  const isText = keyTypes.map((type) => !type || type.isText === true);
  const starts = new Array<number>(keys.length + 1).fill(0);
  /** The spans of each key, for the values before it. */
  const known: { readonly before: string; readonly spans: readonly Span[] }[] = [];

  const holdsLeaf = ({ column, spans, passes }: Leaf, key: string): boolean => {
    const rest = key.slice(starts[column]);
    return isWithin(spans, rest) && (passes === undefined || passes(valueAt(key, starts[column]!, isText[column]!)));
  };
  const holds = (node: Node, key: string): boolean => {
    if ("all" in node) return node.all.every((part) => holds(part, key));
    if ("any" in node) return node.any.some((part) => holds(part, key));
    return holdsLeaf(node, key);
  };
  /** Returns the spans of a key outside of which nothing passes, for the values before it, whatever follows. */
  const spansOf = (node: Node, column: number, key: string): readonly Span[] => {
    if ("all" in node) return node.all.reduce((spans, part) => within(spans, spansOf(part, column, key)), everything);
    if ("any" in node) {
      const parts = node.any.map((part) => spansOf(part, column, key));
      return parts.includes(everything) ? everything : joined(parts.flat());
    }
    if (node.column === column) return node.spans;
    return node.column > column || holdsLeaf(node, key) ? everything : nothing;
  };

  return {
    look(key) {
      for (let column = 0; column < keys.length; column++) {
        const start = starts[column]!;
        const before = key.slice(0, start);
        if (known[column]?.before !== before) known[column] = { before, spans: spansOf(whole, column, key) };
        const own = known[column]!.spans;
        if (own !== everything) {
          const rest = key.slice(start);
          const span = own.find(([, end]) => rest < end);
          if (!span) return column === 0 ? "end" : { from: key.slice(0, start - 1) + afterEnd };
          if (rest < span[0]) return { from: before + span[0] };
        }
        starts[column + 1] = endOf(key, start, isText[column]!);
      }
      return holds(whole, key) ? "chosen" : undefined;
    },
  };
}

const endOf = (key: string, start: number, isText: boolean): number => {
  const first = key.indexOf(end, start) + 1;
  return isText ? first : key.indexOf(end, first) + 1;
};

const isWithin = (spans: readonly Span[], rest: string): boolean =>
  spans.some(([from, before]) => rest >= from && rest < before);

function within(some: readonly Span[], others: readonly Span[]): readonly Span[] {
  if (some === everything) return others;
  if (others === everything) return some;
  const both: Span[] = [];
  for (const [from, before] of some)
    for (const other of others) {
      const span: Span = [later(from, other[0]), before === later(before, other[1]) ? other[1] : before];
      if (span[0] < span[1]) both.push(span);
    }
  return both;
}

function later(one: string, other: string): string {
  if (one > other) return one;
  return other;
}

/** Puts spans in order and joins those that touch. */
function joined(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const [from, before] of spans.toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))) {
    const previous = result.at(-1);
    if (!previous || from > previous[1]) result.push([from, before]);
    else if (before > previous[1]) result[result.length - 1] = [previous[0], before];
  }
  return result;
}

function leafOf(type: KeyType, test: KeyTest): Omit<Leaf, "column"> {
  /** A value that cannot be read as the key's type is null: it comes first, and passes no comparison. */
  const first = type.isText ? "" : afterEnd;
  const order = (value: string): string => {
    const ordered = type.order(value);
    if (ordered === undefined) throw invalidInput(`"${value}" is not ${type.article}`);
    return ordered;
  };
  const equal = (value: string): Span => [order(value) + end, order(value) + afterEnd];
  const isNull: Span = type.isText ? equal(hiveNull) : ["", afterEnd];
  const all: readonly Span[] = [[first, last]];
  const spans = (found: readonly Span[]) => ({ spans: joined(found.filter(([from, before]) => from < before)) });
  const outside = (found: readonly Span[]) => {
    const gaps: Span[] = [];
    let from = first;
    for (const [start, before] of joined(found.filter((span) => span[0] < span[1]))) {
      gaps.push([from, start]);
      from = before;
    }
    return spans([...gaps, [from, last]]);
  };
  switch (test.is) {
    case "=":
      return spans([equal(test.value)]);
    case "<>":
      return outside([equal(test.value)]);
    case "<":
      return spans([[first, order(test.value) + end]]);
    case "<=":
      return spans([[first, order(test.value) + afterEnd]]);
    case ">":
      return spans([[order(test.value) + afterEnd, last]]);
    case ">=":
      return spans([[order(test.value) + end, last]]);
    case "in":
      return spans(test.values.map(equal));
    case "not in":
      return outside(test.values.map(equal));
    case "between":
      return spans([[order(test.low) + end, order(test.high) + afterEnd]]);
    case "not between":
      return outside([[order(test.low) + end, order(test.high) + afterEnd]]);
    case "null":
      return spans([isNull]);
    case "not null":
      return type.isText ? outside([isNull]) : { spans: all };
    default: {
      if (!type.isText) throw invalidInput(`${type.title} data type doesn't support operation 'LIKE'`);
      const isLike = likeTest(test.value);
      if (test.is === "not like") return { spans: all, passes: (value) => !isLike(value) };
      const prefix = orderedText(/^[^%_\\]*/.exec(test.value)![0]);
      return { spans: prefix === "" ? all : [[prefix, prefix + last]], passes: isLike };
    }
  }
}

/** Compares with a pattern of LIKE, in time that grows with both lengths: `%` is any text, `_` one character. */
function likeTest(pattern: string): (value: string) => boolean {
  const parts: (string | 0 | 1)[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    if (character === "\\" && at + 1 < pattern.length) parts.push(pattern[++at]!);
    else parts.push(character === "%" ? 0 : character === "_" ? 1 : character);
  }
  return (value) => {
    let [place, at, star, mark] = [0, 0, -1, 0];
    while (at < value.length) {
      const part = parts[place];
      if (part === 0) [star, mark, place] = [place++, at, place];
      else if (part === 1 || part === value[at]) [place, at] = [place + 1, at + 1];
      else if (star >= 0) [place, at] = [star + 1, ++mark];
      else return false;
    }
    while (parts[place] === 0) place++;
    return place === parts.length;
  };
}
