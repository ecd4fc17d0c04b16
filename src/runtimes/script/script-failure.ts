/** Names of errors by which AWS's images find the first line of a script's failure. */
const errors = [
  ...["Arithmetic", "Assertion", "Attribute", "BlockingIO", "BrokenPipe", "Buffer", "ChildProcess", "Connection"],
  ...["ConnectionAborted", "ConnectionRefused", "ConnectionReset", "EOF", "Environment", "ExecuteUserScript"],
  ...["FileExists", "FileNotFound", "FloatingPoint", "IO", "Import", "Indentation", "Index", "Interrupted"],
  ...["InvalidArgument", "IsADirectory", "Key", "Lookup", "Memory", "ModuleNotFound", "Name", "NotADirectory"],
  ...["NotImplemented", "OS", "OutOfRange", "Overflow", "Permission", "ProcessLookup", "Recursion", "Reference"],
  ...["ResourceExhausted", "Runtime", "Syntax", "System", "Tab", "Timeout", "Type", "UnboundLocal", "Unicode"],
  ...["UnicodeDecode", "UnicodeEncode", "UnicodeTranslate", "Value", "ZeroDivision"],
];
const beginning = new RegExp(`(?:${errors.join("|")})Error|Exception|Invalid requirement`);

/** How much of the text is kept; FailureReason has 1,024 characters. */
const mostCharacters = 4096;

/** Gathers the text of a script's failure: each output from the first line that names an error. */
export interface ErrorReader {
  /** Takes whole lines of an output. */
  read(lines: string, output: "stdout" | "stderr"): void;
  /** The lines of both outputs, each once. */
  text(): string;
}

export function createErrorReader(): ErrorReader {
  const said = { stdout: "", stderr: "" };
  return {
    read(text, output) {
      if (said[output] === "" && !beginning.test(text)) return;
      for (const line of text.trim().split("\n")) {
        const before = said[output];
        if (before.length > mostCharacters) return;
        if (before !== "" || beginning.test(line))
          said[output] = `${before}${before && " "}${line.replace(/^[ :]+|[ :\r]+$/g, "")}\n`;
      }
    },
    text: () => [...new Set(`${said.stdout} ${said.stderr}`.split("\n"))].join("\n").trim(),
  };
}

const killedCode = 137;

/**
 * What /opt/ml/output/failure says of a script that ended with another code than 0.
 * @param code The exit code; a signal's number with a minus where the script's first process was ended by it.
 */
export function scriptFailure(
  code: number,
  said: string,
  command: readonly string[],
  name = "ExecuteUserScriptError",
): string {
  const more = code === killedCode ? '\nExtraInfo "OutOfMemory: Process killed by SIGKILL (signal 9)"' : "";
  return `${name}:\nExitCode ${code}\nErrorMessage "${said}"${more}\nCommand "${command.join(" ")}"`;
}
