import { type Grammar, readTokens, type Token } from "./read-tokens.ts";
import { reservedWords } from "./reserved-words.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import type { Expression, Query } from "./syntax.ts";

/** The rules of the grammar that hold each other: an expression holds queries, which hold expressions. */
export interface GrammarRules {
  expression(reader: TokenReader): Expression;
  /** An expression without comparisons and logic. */
  value(reader: TokenReader): Expression;
  query(reader: TokenReader): Query;
}

const deepest = 200;

/** Goes through the tokens of a statement. What follows is asked with `is`, taken with `take`, wanted with `expect`. */
export class TokenReader {
  readonly text: string;
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;
  #parameters = 0;

  readonly #rules: GrammarRules | undefined;

  constructor(text: string, rules?: GrammarRules, grammar: Grammar = "trino") {
    this.text = text;
    this.#rules = rules;
    this.#tokens = readTokens(text, grammar);
  }

  expression(): Expression {
    return this.#rules!.expression(this);
  }

  value(): Expression {
    return this.#rules!.value(this);
  }

  query(): Query {
    return this.#rules!.query(this);
  }

  get token(): Token {
    return this.#tokens[this.#index] as Token;
  }

  get at(): Position {
    return this.token.at;
  }

  /** The token before this one. */
  get last(): Token {
    return this.#tokens[Math.max(this.#index - 1, 0)] as Token;
  }

  /** Where the token before this one ended in the text. */
  get end(): number {
    return this.#tokens[this.#index - 1]?.end ?? 0;
  }

  /** How many question marks were read; the next one has this number. */
  nextParameter(): number {
    return this.#parameters++;
  }

  ahead(count: number): Token {
    return this.#tokens[Math.min(this.#index + count, this.#tokens.length - 1)] as Token;
  }

  next(): Token {
    const { token } = this;
    if (token.kind !== "end") this.#index++;
    return token;
  }

  /** Whether these words or signs follow, in this order. */
  is(...keys: readonly string[]): boolean {
    return keys.every((key, offset) => this.ahead(offset).key === key);
  }

  isOneOf(keys: readonly string[]): boolean {
    return keys.includes(this.token.key) && this.token.key !== "";
  }

  take(...keys: readonly string[]): boolean {
    if (!this.is(...keys)) return false;
    this.#index += keys.length;
    return true;
  }

  expect(...keys: readonly string[]): void {
    for (const key of keys) if (!this.take(key)) throw this.fault([`'${key}'`]);
  }

  fault(expected: readonly string[]): SqlFault {
    const wanted = expected.length === 0 ? "" : `. Expecting: ${expected.join(", ")}`;
    return new SqlFault("SYNTAX_ERROR", `mismatched input '${this.token.text.slice(0, 100)}'${wanted}`, this.at);
  }

  isIdentifier(offset = 0): boolean {
    const { kind, key } = this.ahead(offset);
    return kind === "quoted" || (kind === "word" && !reservedWords.has(key));
  }

  /** Names are compared without case, so they are kept in lower case; `spelling` keeps a name as it was written. */
  identifier(): string {
    return this.spelling().toLowerCase();
  }

  spelling(): string {
    if (!this.isIdentifier()) throw this.fault(["<identifier>"]);
    return this.next().text;
  }

  string(): string {
    if (this.token.kind !== "string") throw this.fault(["<string>"]);
    return this.next().text;
  }

  integer(): number {
    if (this.token.kind !== "integer") throw this.fault(["<integer>"]);
    return Number(this.next().text);
  }

  /** Reads what is separated by commas. */
  list<Item>(read: () => Item): Item[] {
    const items = [read()];
    while (this.take(",")) items.push(read());
    return items;
  }

  parenthesized<Item>(read: () => Item): Item {
    this.expect("(");
    const item = read();
    this.expect(")");
    return item;
  }

  /** Reads a part that may hold parts of its own kind; refuses to go deeper than a statement of a person does. */
  deeper<Item>(read: () => Item): Item {
    if (++this.#depth > deepest)
      throw new SqlFault("STATEMENT_TOO_LARGE", `statement is nested deeper than ${deepest} levels`, this.at);
    const item = read();
    this.#depth--;
    return item;
  }

  /** Tries one reading and goes back when it does not fit. */
  attempt<Item>(read: () => Item | undefined): Item | undefined {
    const [index, depth, parameters] = [this.#index, this.#depth, this.#parameters];
    const item = read();
    if (item === undefined) [this.#index, this.#depth, this.#parameters] = [index, depth, parameters];
    return item;
  }
}
