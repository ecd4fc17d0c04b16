/** A statement of a Python file that begins at the margin, with the lines that belong to it. */
interface Definition {
  readonly names: readonly string[];
  readonly text: string;
}

/**
 * Returns those definitions of a Python file that some lines need, with what these need, in the file's order; and the
 * names beginning with `flow_` that the lines call and the file lacks.
 */
export function neededDefinitions(
  file: string,
  lines: string,
): { readonly text: string; readonly lacks: readonly string[] } {
  const all = definitionsOf(file);
  const byName = new Map(all.flatMap((one) => one.names.map((name) => [name, one] as const)));
  const needed = new Set<Definition>();
  const lacks = new Set<string>();
  const look = (text: string) => {
    // Names within texts are none.
    for (const [word] of text.replaceAll(/"(?:[^"\\\n]|\\.)*"/g, '""').matchAll(/(?<![.\w])[A-Za-z_]\w*/g)) {
      const found = byName.get(word);
      if (found === undefined) {
        if (/^flow_/.test(word)) lacks.add(word);
      } else if (!needed.has(found)) {
        needed.add(found);
        look(found.text);
      }
    }
  };
  look(lines);
  const chosen = all.filter((one) => needed.has(one) || one.names.length === 0);
  return { text: chosen.map(({ text }) => text).join("\n\n"), lacks: [...lacks] };
}

function definitionsOf(file: string): readonly Definition[] {
  const blocks = file.split(/\n(?=(?:@|def |class |[A-Z_]+ = |import |try:|# ))/).map((text) => text.trim());
  const definitions: Definition[] = [];
  let before = "";
  for (const text of blocks) {
    if (text === "" || text.startsWith("# ")) continue;
    const whole = before === "" ? text : `${before}\n${text}`;
    before = "";
    if (/^@[^\n]*$/.test(text)) {
      before = whole;
      continue;
    }
    const name = /^(?:@[^\n]*\n)*(?:def|class) (\w+)|^([A-Z_]+) = |^import (\w+)/.exec(whole)?.slice(1).find(Boolean);
    definitions.push({ names: name === undefined ? [] : [name], text: whole });
  }
  return definitions;
}
