/** What stands around the calls of a template that are marked with @. */
export interface Modifiers {
  readonly before: string;
  readonly inside: string;
  readonly after: string;
}

/** The texts that `$2{a|b}` gives to the arguments of a lambda; undefined where the template takes the lambda as it is. */
export function boundTexts(template: string, index: number, before: readonly string[]): readonly string[] | undefined {
  const found = new RegExp(`\\$${index + 1}\\{([^}]*)\\}`).exec(template);
  return found?.[1]?.split("|").map((text) => place(text, before, ""));
}

/** Writes a template. The calls that it marks with @ get what stands around an aggregate: DISTINCT, ORDER BY, FILTER, OVER. */
export function fill(template: string, texts: readonly string[], result: string, around: Modifiers): string {
  return template.includes("@") ? place(markCalls(template, around), texts, result) : place(template, texts, result);
}

const place = (template: string, texts: readonly string[], result: string): string =>
  template.replaceAll(/\$(\d|\*|r|u)(?:\{[^}]*\})?/g, (_, what: string) => {
    if (what === "*") return texts.join(", ");
    if (what === "r") return result;
    return what === "u" ? smallestDecimal(result) : (texts[Number(what) - 1] ?? "NULL");
  });

/** Of DECIMAL(5,2) the value 0.01. */
function smallestDecimal(type: string): string {
  const scale = Number(/,(\d+)\)$/.exec(type)?.[1] ?? 0);
  return scale === 0 ? "1" : `CAST('0.${"0".repeat(scale - 1)}1' AS DECIMAL(${Math.min(38, scale + 1)},${scale}))`;
}

function markCalls(template: string, { before, inside, after }: Modifiers): string {
  let written = "";
  let from = 0;
  for (let at = template.indexOf("@"); at !== -1; at = template.indexOf("@", from)) {
    const open = template.indexOf("(", at);
    let close = open;
    for (let depth = 0; ; close++) {
      if (template[close] === "(") depth++;
      if (template[close] === ")" && --depth === 0) break;
    }
    const given = template.slice(open + 1, close);
    written += `${template.slice(from, at)}${template.slice(at + 1, open)}(${before}${given}${inside})${after}`;
    from = close + 1;
  }
  return written + template.slice(from);
}
