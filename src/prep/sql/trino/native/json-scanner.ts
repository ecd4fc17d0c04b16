import { javaDouble } from "./double-text.ts";

/** A text that is no JSON, from the place on that was looked at. */
export class NotJson extends Error {}

const mostDepth = 1_000;
const escapes: Readonly<Record<string, string>> = {
  ...{ '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" },
};
const number = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const blanks = /[ \t\n\r]*/y;

/** Reads JSON from its beginning, and no further than it is asked to: what follows is not looked at. */
export class JsonScanner {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#skip();
  }

  get next(): string {
    return this.#text[this.#at] ?? "";
  }

  #skip(): void {
    blanks.lastIndex = this.#at;
    blanks.test(this.#text);
    this.#at = blanks.lastIndex;
  }

  #take(sign: string): boolean {
    if (!this.#text.startsWith(sign, this.#at)) return false;
    this.#at += sign.length;
    this.#skip();
    return true;
  }

  /** Checks that nothing follows. */
  end(): void {
    if (this.#at < this.#text.length) throw new NotJson();
  }

  /** Goes through an object or a list. `member` has to read the value; it says whether to go on. */
  #members(open: string, close: string, member: (index: number) => boolean): boolean {
    if (!this.#take(open)) throw new NotJson();
    if (++this.#depth > mostDepth) throw new NotJson();
    if (!this.#take(close)) {
      for (let index = 0; ; index++) {
        if (!member(index)) return false;
        if (this.#take(close)) break;
        if (!this.#take(",")) throw new NotJson();
      }
    }
    this.#depth--;
    return true;
  }

  object(member: (key: string) => boolean): boolean {
    return this.#members("{", "}", () => {
      const key = this.string();
      if (!this.#take(":")) throw new NotJson();
      return member(key);
    });
  }

  list(item: (index: number) => boolean): boolean {
    return this.#members("[", "]", item);
  }

  string(): string {
    if (this.next !== '"') throw new NotJson();
    let written = "";
    let from = ++this.#at;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (Number.isNaN(code) || code < 0x20) throw new NotJson();
      const sign = this.#text[this.#at++];
      if (sign === '"') break;
      if (sign !== "\\") continue;
      written += this.#text.slice(from, this.#at - 1);
      const letter = this.#text[this.#at++] ?? "";
      const hex = letter === "u" ? this.#text.slice(this.#at, this.#at + 4) : "";
      if (letter === "u" && !/^[\da-fA-F]{4}$/.test(hex)) throw new NotJson();
      const plain = letter === "u" ? String.fromCharCode(Number.parseInt(hex, 16)) : escapes[letter];
      if (plain === undefined) throw new NotJson();
      if (letter === "u") this.#at += 4;
      written += plain;
      from = this.#at;
    }
    const value = written + this.#text.slice(from, this.#at - 1);
    this.#skip();
    return value;
  }

  /** A number as it stands there, or a word: true, false, null. */
  scalar(): { readonly kind: "integer" | "double" | "true" | "false" | "null"; readonly text: string } {
    const [word] = /^(?:true|false|null)(?![\w$])/.exec(this.#text.slice(this.#at, this.#at + 6)) ?? [];
    if (word !== undefined) {
      this.#take(word);
      return { kind: word as "true" | "false" | "null", text: word };
    }
    number.lastIndex = this.#at;
    const found = number.exec(this.#text);
    if (found === null) throw new NotJson();
    this.#at += found[0].length;
    if (/[\w.+$-]/.test(this.next)) throw new NotJson();
    this.#skip();
    return { kind: found[1] === undefined && found[2] === undefined ? "integer" : "double", text: found[0] };
  }

  /** Goes behind a value. */
  pass(): true {
    this.copy();
    return true;
  }

  /** Goes behind a value that is not what is wanted. */
  none(): undefined {
    this.copy();
  }

  /** The value without blanks, its numbers as Java writes them. */
  copy(): string {
    const parts: string[] = [];
    switch (this.next) {
      case "{":
        this.object((key) => {
          parts.push(`${quoteJson(key)}:${this.copy()}`);
          return true;
        });
        return `{${parts.join(",")}}`;
      case "[":
        this.list(() => {
          parts.push(this.copy());
          return true;
        });
        return `[${parts.join(",")}]`;
      case '"':
        return quoteJson(this.string());
      default: {
        const { kind, text } = this.scalar();
        return kind === "integer" ? integerText(text) : kind === "double" ? doubleText(text) : text;
      }
    }
  }

  /** The value with the keys of its objects in order; of equal ones the last counts. */
  sorted(): string {
    if (this.next === "[") {
      const items: string[] = [];
      this.list(() => {
        items.push(this.sorted());
        return true;
      });
      return `[${items.join(",")}]`;
    }
    if (this.next !== "{") return this.copy();
    const members = new Map<string, string>();
    this.object((key) => {
      members.set(key, this.sorted());
      return true;
    });
    return objectText([...members].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

const integerText = (text: string): string => (text === "-0" ? "0" : text);

function doubleText(text: string): string {
  const value = javaDouble(Number(text));
  return value.endsWith("y") ? `"${value}"` : value;
}

export const objectText = (members: readonly (readonly [string, string])[]): string =>
  `{${members.map(([key, value]) => `${quoteJson(key)}:${value}`).join(",")}}`;

/** A text in quotes, as Jackson writes it. */
export const quoteJson = (text: string): string =>
  JSON.stringify(text).replaceAll(/\\u[\da-f]{4}/g, (code) => {
    const value = Number.parseInt(code.slice(2), 16);
    return value < 0x20 ? `\\u${code.slice(2).toUpperCase()}` : String.fromCharCode(value);
  });
