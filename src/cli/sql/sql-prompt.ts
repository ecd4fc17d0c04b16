import { createInterface } from "node:readline";
import { splitStatements } from "./split-statements.ts";
import { mostStatements, type StatementHistory } from "./statement-history.ts";

export interface PromptOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly history: StatementHistory;
  /** Runs a statement; its refusal is shown, and the prompt goes on. */
  run(statement: string, signal: AbortSignal): Promise<void>;
  /** Takes the database of `USE`. */
  use(database: string): void;
}

const [first, further] = ["sql> ", "  -> "];
const help = `A statement ends with a semicolon, and may have several lines. Besides statements there are:
  use NAME   takes another database
  help       shows this
  exit       leaves, as Ctrl-D does
Ctrl-C stops the query that runs, or forgets what was typed. Arrow up brings earlier statements back.
`;

/** Asks for statements until `exit` or the end of the input. */
export async function runPrompt({ input, output, history, run, use }: PromptOptions): Promise<void> {
  const terminal = createInterface({
    ...{ input, output, terminal: true, prompt: first, history: history.statements, historySize: mostStatements },
    removeHistoryDuplicates: true,
  });
  const say = (text: string) => output.write(text);
  /** Lines of a statement that has no end yet. */
  let typed: string[] = [];
  let running: AbortController | undefined;
  /** Statements run one after the other, also when lines come faster. */
  let work: Promise<void> = Promise.resolve();
  let isClosed = false;

  const ask = (prompt = first) => {
    if (isClosed) return;
    terminal.setPrompt(prompt);
    terminal.prompt();
  };
  const runOne = async (statement: string) => {
    const [, name] = used.exec(statement) ?? [];
    if (name !== undefined) return use(name);
    running = new AbortController();
    try {
      await run(statement, running.signal);
    } catch (error) {
      say(`${(error as Error).message}\n`);
    } finally {
      running = undefined;
    }
  };
  /** Reads a line, and says what is to be done. */
  const take = (line: string): readonly (() => unknown)[] => {
    const word = typed.length === 0 ? line.trim().replace(/;$/, "").trim() : "";
    if (word !== "" && isExit(word)) return [() => terminal.close()];
    if (/^help$/i.test(word)) return [() => say(help)];
    if (used.test(word)) return [() => runOne(word)];
    typed.push(line);
    const { rest, statements } = splitStatements(typed.join("\n"));
    if (rest === "") foldLines(terminal, typed.splice(0));
    else if (statements.length > 0) typed = [rest];
    return statements.map((statement) => () => runOne(statement));
  };

  await new Promise<void>((resolve) => {
    let hasLeft = false;
    terminal.on("line", (line) => {
      if (hasLeft) return;
      hasLeft = isExit(line) && typed.length === 0;
      const steps = take(line);
      const prompt = typed.length === 0 ? first : further;
      work = work.then(async () => {
        for (const step of steps) await step();
        ask(prompt);
      });
    });
    terminal.on("SIGINT", () => {
      typed = [];
      if (running) return running.abort();
      say("\n");
      terminal.write(null, { ctrl: true, name: "u" });
      ask();
    });
    terminal.on("close", () => {
      isClosed = true;
      running?.abort();
      void work.then(resolve);
    });
    ask();
  });
  const { history: kept } = terminal as unknown as { readonly history: readonly string[] };
  history.statements.splice(0, history.statements.length, ...kept);
  history.save();
}

const used = /^use\s+["`]?([^\s"`;]+)["`]?$/i;
const isExit = (line: string): boolean => /^\s*(?:exit|quit)\s*;?\s*$/i.test(line);

/** Makes the lines of a statement one entry of the history. */
function foldLines(terminal: object, lines: readonly string[]): void {
  const { history } = terminal as { readonly history: string[] };
  // A comment would hide what comes behind it.
  if (lines.length < 2 || lines.some((line) => line.includes("--"))) return;
  for (const line of lines) {
    const at = history.indexOf(line);
    if (at >= 0) history.splice(at, 1);
  }
  history.unshift(lines.join(" "));
}
