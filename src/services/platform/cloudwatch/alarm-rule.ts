import { type AlarmState, validationError } from "./alarm-faults.ts";

/** The rule of a composite alarm, such as `ALARM("cpu") AND NOT OK(disk)`. */
export interface AlarmRule {
  /** The alarms that it names, each once. */
  readonly names: readonly string[];
  holds(stateOf: (name: string) => AlarmState): boolean;
}

type Condition = AlarmRule["holds"];

const tokens = /\s*(?:"((?:[^"\\]|\\.)*)"|([(),])|([^\s"(),]+))/y;

interface Token {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** @throws Fault for a text that is no rule */
export function parseAlarmRule(text: string): AlarmRule {
  const words = tokensOf(text);
  const names = new Set<string>();
  let at = 0;
  const next = () => words[at];
  const isNext = (text: string) => next()?.isQuoted === false && next()!.text.toUpperCase() === text;
  const take = (text: string) => {
    if (!isNext(text)) throw invalid(`${text} is expected ${next() ? `before ${next()!.text}` : "at its end"}`);
    at++;
  };

  /** Reads `of`, and further ones after the word. */
  const several = (word: string, of: () => Condition, join: (parts: readonly Condition[]) => Condition): Condition => {
    const parts = [of()];
    for (; isNext(word); parts.push(of())) at++;
    return parts.length === 1 ? parts[0]! : join(parts);
  };
  const anyOf = (): Condition => several("OR", allOf, (parts) => (stateOf) => parts.some((part) => part(stateOf)));
  const allOf = (): Condition => several("AND", negated, (parts) => (stateOf) => parts.every((part) => part(stateOf)));
  const negated = (): Condition => {
    if (!isNext("NOT")) return single();
    at++;
    const part = negated();
    return (stateOf) => !part(stateOf);
  };
  const single = (): Condition => {
    if (isNext("(")) {
      at++;
      const inner = anyOf();
      take(")");
      return inner;
    }
    for (const [word, value] of constants)
      if (isNext(word)) {
        at++;
        return () => value;
      }
    const state = states.find(isNext);
    if (!state) throw invalid(next() ? `${next()!.text} is no condition` : "it ends too early");
    at++;
    take("(");
    const named = next();
    if (!named || (!named.isQuoted && /^[(),]$/.test(named.text))) throw invalid(`${state} needs the name of an alarm`);
    at++;
    take(")");
    const name = alarmNameOf(named.text);
    names.add(name);
    return (stateOf) => stateOf(name) === state;
  };

  const holds = anyOf();
  if (next()) throw invalid(`${next()!.text} is not expected`);
  return { names: [...names], holds };
}

/** Returns the name of an alarm that is named by it or by its ARN. */
export const alarmNameOf = (text: string): string => text.replace(/^arn:[^:]*:cloudwatch:[^:]*:\d*:alarm:/, "");

const states = ["ALARM", "OK", "INSUFFICIENT_DATA"] as const;
const constants = [
  ["TRUE", true],
  ["FALSE", false],
] as const;

function tokensOf(text: string): Token[] {
  const found: Token[] = [];
  const end = text.trimEnd().length;
  for (tokens.lastIndex = 0; tokens.lastIndex < end; ) {
    const match = tokens.exec(text);
    if (!match) throw invalid("a quote is not closed");
    const [, quoted, mark, word] = match;
    found.push({ text: quoted?.replaceAll(/\\(.)/g, "$1") ?? mark ?? word!, isQuoted: quoted !== undefined });
  }
  return found;
}

const invalid = (why: string) => validationError(`AlarmRule must not contain invalid syntax: ${why}.`);
