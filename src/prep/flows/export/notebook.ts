import type { ScriptPart } from "./pandas-script.ts";

/** Returns a notebook (nbformat 4) whose cells are the parts of a script, each below its title. */
export function notebookText(name: string, parts: readonly ScriptPart[]): string {
  const words = `# ${name}\n\nThe flow with pandas, with what its steps have learned. Written by \`sagebrush flow export\`. It writes each output to NODE.OUTPUT.csv in the working folder.`;
  const cells = [
    markdown("about", words),
    ...parts.flatMap(({ code, title }, index) => [
      markdown(`title-${index + 1}`, `## ${title}`),
      {
        cell_type: "code",
        id: `code-${index + 1}`,
        metadata: {},
        execution_count: null,
        outputs: [],
        source: linesOf(code),
      },
    ]),
  ];
  const metadata = {
    kernelspec: { display_name: "Python 3", language: "python", name: "python3" },
    language_info: { name: "python" },
  };
  return `${JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }, undefined, 1)}\n`;
}

const markdown = (id: string, text: string) => ({ cell_type: "markdown", id, metadata: {}, source: linesOf(text) });

/** Every line but the last keeps its end. */
const linesOf = (text: string): readonly string[] =>
  text.split("\n").map((line, index, all) => (index < all.length - 1 ? `${line}\n` : line));
