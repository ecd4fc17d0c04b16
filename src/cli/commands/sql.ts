import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { type Arguments, CommandError, defineCommand } from "../define-command.ts";
import { needServer, settingsOf } from "../running-server.ts";
import { createAthenaClient } from "../sql/athena-client.ts";
import { type FormatName, formatNames } from "../sql/row-formats.ts";
import { runStatement, type SqlOptions, type SqlScreen } from "../sql/run-statement.ts";
import { splitStatements } from "../sql/split-statements.ts";
import { runPrompt } from "../sql/sql-prompt.ts";
import { historyFile, openHistory } from "../sql/statement-history.ts";

export const sql = defineCommand({
  name: "sql",
  summary: "Runs SQL over the tables of the Data Catalog and prints the rows, or asks for statements at a prompt.",
  options: {
    file: { value: "FILE", short: "f", words: "reads the statements from a file; - is the standard input" },
    database: { value: "NAME", words: "the database of names without one; else default" },
    workgroup: { value: "NAME", words: "the work group of Athena; else primary" },
    output: {
      value: "S3-URI",
      words: "where result files go; else where the work group says, else a bucket of the account that is made for it",
    },
    format: { value: "FORMAT", words: `${formatNames.join(", ")}; else table` },
  },
  words: "[STATEMENT]",
  notes: `Several statements are divided by semicolons, and run in turn until one fails. Without a statement they are read from
the standard input, or asked for where that is a terminal. The exit code is 0 when all have succeeded, 1 when one has
failed and 130 after Ctrl-C, which stops the query.`,
  async run(given) {
    const format = formatOf(given);
    const client = createAthenaClient(needServer(settingsOf(given)), process.env);
    const { database, workgroup } = given.options;
    const output = given.options.output ?? (await ownOutput(client, workgroup));
    const options: SqlOptions = { format, database, workgroup, output };
    const screen: SqlScreen = { out: process.stdout, note: (line) => void process.stderr.write(`${line}\n`) };
    const statements = await statementsOf(given);
    if (statements === undefined) {
      let own = options;
      await runPrompt({
        ...{ input: process.stdin, output: process.stdout, history: openHistory(historyFile(process.env)) },
        run: (statement, signal) => runStatement(client, statement, own, screen, signal),
        use: (name) => {
          own = { ...own, database: name };
        },
      });
      return 0;
    }
    const stopping = new AbortController();
    process.on("SIGINT", () => stopping.abort());
    process.on("SIGTERM", () => stopping.abort());
    for (const statement of statements) await runStatement(client, statement, options, screen, stopping.signal);
    return 0;
  },
});

function formatOf({ options }: Arguments): FormatName {
  const format = formatNames.find((name) => name === (options.format ?? "table"));
  if (format) return format;
  throw new CommandError(`--format is "${options.format}"; it must be one of ${formatNames.join(", ")}.`, 2);
}

/** Returns the statements to run; undefined when a person is to be asked for them. */
async function statementsOf({ options, words }: Arguments): Promise<readonly string[] | undefined> {
  if (words.length > 0 && options.file !== undefined)
    throw new CommandError("A statement is given as words or by --file, not both.", 2);
  if (words.length === 0 && options.file === undefined && process.stdin.isTTY) return undefined;
  const given = words.length > 0 ? words.join(" ") : await textOf(options.file ?? "-");
  const { rest, statements } = splitStatements(given);
  const all = rest === "" ? statements : [...statements, rest];
  if (all.length === 0) throw new CommandError('There is no statement, as in: bin/sagebrush sql "SELECT 1"', 2);
  return all;
}

async function textOf(file: string): Promise<string> {
  if (file === "-") return text(process.stdin);
  return readFile(file, "utf8").catch((error: Error) => {
    throw new CommandError(`${file} cannot be read: ${error.message}`, 2);
  });
}

/** Where results go when nobody has said it; undefined when the work group does. */
async function ownOutput(
  client: ReturnType<typeof createAthenaClient>,
  workgroup = "primary",
): Promise<string | undefined> {
  const { WorkGroup } = await client.call("GetWorkGroup", { WorkGroup: workgroup });
  const { OutputLocation } = WorkGroup.Configuration?.ResultConfiguration ?? {};
  return OutputLocation === undefined ? client.makeResultBucket() : undefined;
}
