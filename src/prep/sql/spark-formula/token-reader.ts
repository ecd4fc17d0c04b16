import { StepFault } from "../../step-fault.ts";
import { readTokens, type Token } from "./read-tokens.ts";
import type { FormulaQuery } from "./syntax.ts";

/** The words of a formula, read one after the other. */
export class TokenReader {
  private readonly tokens: readonly Token[];
  private readonly formula: string;
  private index = 0;
  /** Reads a query that stands in the formula. Absent: none may. */
  readonly readQuery?: (reader: TokenReader) => FormulaQuery;

  constructor(formula: string, readQuery?: (reader: TokenReader) => FormulaQuery) {
    this.formula = formula;
    if (readQuery) this.readQuery = readQuery;
    this.tokens = readTokens(formula);
  }

  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.index + ahead, this.tokens.length - 1)]!;
  }

  next(): Token {
    const token = this.peek();
    this.index++;
    return token;
  }

  /** Whether the next words are these; words of the language are compared without case. */
  is(...words: readonly string[]): boolean {
    return words.every((word, ahead) => {
      const { kind, value } = this.peek(ahead);
      return kind === "symbol" ? value === word : kind === "name" && value.toUpperCase() === word;
    });
  }

  /** Takes the words when they are next. */
  take(...words: readonly string[]): boolean {
    if (!this.is(...words)) return false;
    this.index += words.length;
    return true;
  }

  need(...words: readonly string[]): void {
    if (!this.take(...words)) this.fail(words.join(" "));
  }

  takeOneOf<const W extends string>(words: readonly W[]): W | undefined {
    return words.find((word) => this.take(word));
  }

  /** The text between two places. */
  between(start: number, end: number): string {
    return this.formula.slice(start, end).trim();
  }

  end(): void {
    if (this.peek().kind !== "end") this.fail("its end");
  }

  fail(wanted: string): never {
    const { kind, value, at } = this.peek();
    const found = kind === "end" ? "it ends" : `${JSON.stringify(value)} stands there`;
    throw new StepFault(`The formula needs ${wanted} at character ${at + 1}, and ${found}: ${shown(this.formula)}`);
  }
}

const shown = (formula: string): string => (formula.length > 200 ? `${formula.slice(0, 200)} ...` : formula);
