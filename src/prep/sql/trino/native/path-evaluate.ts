import { combine, compareItems, indexOf, negated, ofNumber, PathFailure } from "./path-arithmetic.ts";
import { decimalItem, type Item, type NumberItem, wholeItem } from "./path-items.ts";
import type { JsonPath, PathMethod, PathNode, PathTest, SubscriptRange } from "./path-language.ts";

/** So many items one step may lead to. */
const mostItems = 1_000_000;

interface Place {
  readonly current?: Item;
  /** The index of the last element, within a subscript. */
  readonly last?: number;
}

const typeOf = ({ kind }: Item): string => kind;
const wrongType = (expected: string, item: Item) =>
  new PathFailure(`invalid item type. Expected: ${expected}, actual: ${item.kind.toUpperCase()}`);

/** Follows a path. @throws PathFailure where it cannot be followed */
export function evaluatePath(
  { root, strict }: JsonPath,
  input: Item,
  variables: ReadonlyMap<string, Item>,
): readonly Item[] {
  /** In lax mode a list stands for its elements. */
  const unwrapped = (items: readonly Item[]): readonly Item[] =>
    strict ? items : items.flatMap((item) => (item.kind === "array" ? item.items : [item]));

  const evaluate = (node: PathNode, place: Place): readonly Item[] => {
    const found = step(node, place);
    if (found.length > mostItems) throw new PathFailure(`the path leads to more than ${mostItems} items`);
    return found;
  };

  const step = (node: PathNode, place: Place): readonly Item[] => {
    switch (node.kind) {
      case "root":
        return [input];
      case "current":
        if (!place.current) throw new PathFailure("@ stands in no filter");
        return [place.current];
      case "last":
        if (place.last === undefined) throw new PathFailure("last stands in no subscript");
        return [wholeItem(BigInt(place.last))];
      case "variable":
        return [variables.get(node.name)!];
      case "literal":
        return [literalItem(node)];
      case "member":
        return unwrapped(evaluate(node.base, place)).flatMap((item) => memberOf(item, node.name));
      case "members":
        return unwrapped(evaluate(node.base, place)).flatMap((item) => {
          if (item.kind === "object") return [...item.members.values()];
          if (strict) throw wrongType("OBJECT", item);
          return [];
        });
      case "descendant": {
        const found: Item[] = [];
        for (const item of evaluate(node.base, place)) descend(item, node.name, found);
        return found;
      }
      case "items":
        return evaluate(node.base, place).flatMap((item) => listOf(item));
      case "subscripts":
        return evaluate(node.base, place).flatMap((item) => subscripts(listOf(item), node.ranges, place));
      case "filter":
        return unwrapped(evaluate(node.base, place)).filter(
          (item) => holds(node.test, { ...place, current: item }) === true,
        );
      case "method":
        return method(node.name, evaluate(node.base, place));
      case "sign":
        return unwrapped(evaluate(node.value, place)).map((item) => {
          const number = numberOf(item);
          return node.negative ? negated(number) : number;
        });
      case "arithmetic": {
        const [left, right] = [node.left, node.right].map((side) => single(unwrapped(evaluate(side, place))));
        return [combine(node.operator, left!, right!)];
      }
    }
  };

  const memberOf = (item: Item, name: string): readonly Item[] => {
    if (item.kind === "object") {
      const member = item.members.get(name);
      if (member) return [member];
      if (strict) throw new PathFailure(`structural error: missing member '${name}' in JSON object`);
      return [];
    }
    if (strict) throw wrongType("OBJECT", item);
    return [];
  };

  const listOf = (item: Item): readonly Item[] => {
    if (item.kind === "array") return item.items;
    if (strict) throw wrongType("ARRAY", item);
    return [item];
  };

  const descend = (item: Item, name: string, found: Item[]): void => {
    if (item.kind === "array") for (const one of item.items) descend(one, name, found);
    if (item.kind !== "object") return;
    const member = item.members.get(name);
    if (member) found.push(member);
    if (found.length > mostItems) throw new PathFailure(`the path leads to more than ${mostItems} items`);
    for (const one of item.members.values()) descend(one, name, found);
  };

  const subscripts = (items: readonly Item[], ranges: readonly SubscriptRange[], place: Place): readonly Item[] => {
    const inside = { ...place, last: items.length - 1 };
    const at = (node: PathNode) => indexOf(single(unwrapped(evaluate(node, inside))));
    return ranges.flatMap(({ from: start, to }) => {
      const from = at(start);
      const end = to ? at(to) : from;
      if (strict && (from < 0 || end >= items.length || from > end))
        throw new PathFailure(
          `structural error: invalid array subscript: [${from}, ${end}] for array of size ${items.length}`,
        );
      return items.slice(Math.max(0, from), Math.max(0, end + 1));
    });
  };

  const method = (name: PathMethod, items: readonly Item[]): readonly Item[] => {
    if (name === "type") return items.map((item) => ({ kind: "string", value: typeOf(item) }));
    if (name === "size")
      return items.map((item) => {
        if (item.kind !== "array" && strict) throw wrongType("ARRAY", item);
        return wholeItem(item.kind === "array" ? BigInt(item.items.length) : 1n);
      });
    if (name === "keyvalue") return unwrapped(items).flatMap((item, index) => keyValues(item, index));
    return unwrapped(items).map((item) => (name === "double" ? doubleOf(item) : ofNumber(name, numberOf(item))));
  };

  const keyValues = (item: Item, index: number): readonly Item[] => {
    if (item.kind !== "object") throw wrongType("OBJECT", item);
    return [...item.members].map(([key, value]) => ({
      kind: "object",
      members: new Map<string, Item>([
        ["name", { kind: "string", value: key }],
        ["value", value],
        ["id", wholeItem(BigInt(index))],
      ]),
    }));
  };

  /** Undefined: not known, because a path within cannot be followed or two values cannot be compared. */
  const holds = (test: PathTest, place: Place): boolean | undefined => {
    switch (test.kind) {
      case "and":
      case "or": {
        const decides = test.kind === "or";
        const left = holds(test.left, place);
        if (left === decides) return decides;
        const right = holds(test.right, place);
        return right === decides ? decides : left === undefined || right === undefined ? undefined : !decides;
      }
      case "not": {
        const inner = holds(test.test, place);
        return inner === undefined ? undefined : !inner;
      }
      case "is unknown":
        return holds(test.test, place) === undefined;
      case "exists":
        return known(() => evaluate(test.path, place).length > 0);
      case "compare":
        return pairs(test.left, test.right, place, (left, right) => compareItems(test.operator, left, right));
      case "starts with":
        return pairs(test.left, test.right, place, (left, right) =>
          left.kind === "string" && right.kind === "string" ? left.value.startsWith(right.value) : undefined,
        );
    }
  };

  /** Whether a test holds of a pair of two sequences. A strict path looks at all, a lax one until it is decided. */
  const pairs = (
    leftNode: PathNode,
    rightNode: PathNode,
    place: Place,
    test: (left: Item, right: Item) => boolean | undefined,
  ): boolean | undefined =>
    known(() => {
      const [left, right] = [leftNode, rightNode].map((node) => unwrapped(evaluate(node, place))) as [Item[], Item[]];
      let [isFound, isUnknown] = [false, false];
      for (const a of left)
        for (const b of right) {
          const result = test(a, b);
          if (!strict && result !== false) return result;
          isFound ||= result === true;
          isUnknown ||= result === undefined;
        }
      return isUnknown ? undefined : isFound;
    });

  return evaluate(root, {});
}

function known<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof PathFailure) return undefined;
    throw error;
  }
}

function literalItem({ text, type }: Extract<PathNode, { readonly kind: "literal" }>): Item {
  if (type === "string") return { kind: "string", value: text };
  if (type === "integer") return wholeItem(BigInt(text));
  if (type === "decimal") return decimalItem(text);
  if (type === "double") return { kind: "number", type: "double", value: Number(text) };
  return text === "null" ? { kind: "null" } : { kind: "boolean", value: text === "true" };
}

function numberOf(item: Item): NumberItem {
  if (item.kind !== "number") throw wrongType("NUMBER", item);
  return item;
}

function single(items: readonly Item[]): NumberItem {
  if (items.length !== 1) throw new PathFailure(`${items.length} items where one number is needed`);
  return numberOf(items[0]!);
}

function doubleOf(item: Item): Item {
  const text = item.kind === "string" ? item.value.trim() : "";
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text);
  if (item.kind === "string" && isNumber) return { kind: "number", type: "double", value: Number(text) };
  const number = numberOf(item);
  if (number.type === "huge") throw new PathFailure(`${number.text} is too large a number`);
  const value = number.type === "decimal" ? Number(number.digits) / 10 ** number.scale : Number(number.value);
  return { kind: "number", type: "double", value };
}
