import { spawn } from "node:child_process";
import { once } from "node:events";

/**
 * For tests: runs a program that prints a line for everything its store has acknowledged, kills it (SIGKILL) after the
 * given number of lines, and returns every whole line that it printed. The program calls flushCompileCache, because one
 * that is killed would leave nothing of what was compiled to the next.
 */
export async function killWriter(program: URL, argument: string, afterLines: number): Promise<string[]> {
  const child = spawn(process.execPath, [program.pathname, argument], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  let lines = 0;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    lines += text.split("\n").length - 1;
    if (lines >= afterLines) child.kill("SIGKILL");
  });
  const [code, signal] = await once(child, "close");
  if (signal !== "SIGKILL") throw new Error(`The writer ended by itself with ${code ?? signal}`);
  return output.split("\n").slice(0, -1);
}
