/** A type of a table's column, in Hive's words. */
export type HiveType =
  | { readonly kind: "primitive"; readonly name: string; readonly numbers: readonly number[] }
  | { readonly kind: "array"; readonly element: HiveType }
  | { readonly kind: "map"; readonly key: HiveType; readonly value: HiveType }
  | { readonly kind: "struct"; readonly fields: readonly { readonly name: string; readonly type: HiveType }[] };

/** How deep types are nested at most. */
const mostDepth = 32;

/** Reads a type: "decimal(10,2)", "array<struct<a:int,b:string>>". @throws SyntaxError */
export function parseHiveType(text: string): HiveType {
  let at = 0;
  const wrong = (): SyntaxError => new SyntaxError(`"${text}" is no type of Hive`);
  const skip = () => {
    while (text[at] === " ") at++;
  };
  const take = (character: string) => {
    skip();
    if (text[at] !== character) return false;
    at++;
    return true;
  };
  const expect = (character: string) => {
    if (!take(character)) throw wrong();
  };
  const word = () => {
    skip();
    const found = /^(?:`[^`]+`|[^\s<>(),:`]+)/.exec(text.slice(at))?.[0];
    if (found === undefined) throw wrong();
    at += found.length;
    return found.replaceAll("`", "").toLowerCase();
  };
  const type = (depth: number): HiveType => {
    if (depth > mostDepth) throw wrong();
    const name = word();
    if (name === "array" && take("<")) {
      const element = type(depth + 1);
      expect(">");
      return { kind: "array", element };
    }
    if (name === "map" && take("<")) {
      const key = type(depth + 1);
      expect(",");
      const value = type(depth + 1);
      expect(">");
      return { kind: "map", key, value };
    }
    if (name === "struct" && take("<")) {
      const fields: { name: string; type: HiveType }[] = [];
      do {
        const field = word();
        expect(":");
        fields.push({ name: field, type: type(depth + 1) });
      } while (take(","));
      expect(">");
      return { kind: "struct", fields };
    }
    const numbers: number[] = [];
    if (take("(")) {
      do numbers.push(Number(word()));
      while (take(","));
      expect(")");
    }
    return { kind: "primitive", name, numbers };
  };
  const whole = type(0);
  skip();
  if (at < text.length) throw wrong();
  return whole;
}
