import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { readLines } from "../../engines/read-lines.ts";
import { StepFault } from "../../prep/step-fault.ts";

/** A Python that runs one step of code after the other. */
export interface CodeWorker {
  /** Runs the step that a file describes. @throws StepFault for code that fails */
  run(file: string): Promise<void>;
}

export function startCodeWorker(python: string, program: string, signal: AbortSignal): CodeWorker {
  const child = spawn(python, [program, "--stay"], { stdio: ["pipe", "inherit", "inherit", "pipe"], signal });
  let ended: Error | undefined;
  let waiting: { readonly done: (fault: string | null) => void; readonly failed: (why: Error) => void } | undefined;
  const end = (why: Error) => {
    ended ??= why;
    waiting?.failed(ended);
  };
  child.once("error", (error) => end(error));
  child.once("close", (code) => end(new Error(`The Python of the code ended with ${code}.`)));
  child.stdin!.on("error", () => {});
  readLines(child.stdio[3] as Readable, (line) => {
    waiting?.done((JSON.parse(line) as { fault: string | null }).fault);
  });
  return {
    async run(file) {
      if (ended) throw ended;
      const fault = await new Promise<string | null>((done, failed) => {
        waiting = { done, failed };
        child.stdin!.write(`${file}\n`);
      });
      if (fault !== null) throw new StepFault(`The code failed: ${fault}`);
    },
  };
}
