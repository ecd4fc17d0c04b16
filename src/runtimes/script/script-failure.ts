/** Words of a line with which what a script says of its failure begins, as AWS's images look for them. */
const beginnings =
  /\b[A-Za-z]*(Error|Exception|Interrupt|Exit)\b|\b(StopIteration|GeneratorExit|Invalid requirement)\b/;

/** How much of it is kept: FailureReason has 1,024 characters. */
const mostCharacters = 4096;

/** Gathers from a script's lines what it says of its failure: from the first line that names an error on, each once. */
export function createErrorReader(): { read(line: string): void; text(): string } {
  const lines = new Set<string>();
  let size = 0;
  return {
    read(line) {
      const text = line.replace(/^[ :]+|[ :]+$/g, "");
      if ((lines.size === 0 && !beginnings.test(text)) || size > mostCharacters) return;
      lines.add(text);
      size += text.length;
    },
    text: () => [...lines].join("\n ").trim(),
  };
}

const killedCode = 137;

/** What /opt/ml/output/failure says of a script that ended with another code than 0. */
export function scriptFailure(
  code: number,
  said: string,
  command: readonly string[],
  name = "ExecuteUserScriptError",
): string {
  const more = code === killedCode ? '\nExtraInfo "OutOfMemory: Process killed by SIGKILL (signal 9)"' : "";
  return `${name}:\nExitCode ${code}\nErrorMessage "${said}"${more}\nCommand "${command.join(" ")}"`;
}
