import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** So many statements are kept. */
export const mostStatements = 1000;

/** Statements of earlier prompts, the newest first, in a file that only its owner reads. */
export interface StatementHistory {
  readonly statements: string[];
  /** Keeps them; what cannot be written is lost. */
  save(): void;
}

/** The file in the folder that XDG gives for what a program remembers. */
export const historyFile = ({ XDG_STATE_HOME }: NodeJS.ProcessEnv): string =>
  join(XDG_STATE_HOME || join(homedir(), ".local", "state"), "sagebrush", "sql-history");

/** A line of the file is a statement in JSON, the oldest first. */
export function openHistory(file: string): StatementHistory {
  const statements = linesOf(file).flatMap((line) => {
    try {
      const statement: unknown = JSON.parse(line);
      return typeof statement === "string" ? [statement] : [];
    } catch {
      return [];
    }
  });
  statements.reverse();
  return {
    statements,
    save() {
      try {
        mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
        const lines = statements.slice(0, mostStatements).toReversed();
        writeFileSync(file, lines.map((statement) => `${JSON.stringify(statement)}\n`).join(""), { mode: 0o600 });
        chmodSync(file, 0o600);
      } catch {
        // The prompt works without.
      }
    },
  };
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch {
    return [];
  }
}
