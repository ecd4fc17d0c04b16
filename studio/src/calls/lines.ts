import type { Operation } from "../api/command.ts";
import type { Service } from "../api/define-service.ts";
import { commandLineName, pythonName } from "./python-name.ts";

/** A call with its input. */
export interface ShownCall {
  readonly operation: Operation;
  readonly input: object;
}

/** Calls in a language, as lines that run where AWS clients are pointed at the server. */
export interface Language {
  readonly title: string;
  readonly write: (service: Service, calls: readonly ShownCall[]) => string;
}

export const languages: readonly Language[] = [
  { title: "AWS CLI", write: (service, calls) => calls.map((call) => commandLine(service, call)).join("\n\n") },
  { title: "boto3", write: boto3 },
  { title: "TypeScript", write: typescript },
];

function commandLine({ commandLine: service }: Service, { operation: { name }, input }: ShownCall): string {
  const options = Object.entries(input).map(([member, value]) => {
    const option = `--${commandLineName(member)}`;
    if (typeof value === "boolean") return value ? option : `--no-${commandLineName(member)}`;
    const word = typeof value === "object" && !isTime(value) ? JSON.stringify(plain(value)) : text(value);
    return `${option} ${shellWord(word)}`;
  });
  return [`aws ${service} ${commandLineName(name)}`, ...options].join(" \\\n  ");
}

function boto3({ boto }: Service, calls: readonly ShownCall[]): string {
  const made = calls.map(({ operation, input }) => {
    const literals = Object.entries(input).map(([member, value]) => `    ${member}=${python(value, "    ")},\n`);
    return `answer = client.${pythonName(operation.name)}(${literals.length > 0 ? `\n${literals.join("")}` : ""})`;
  });
  const imports = calls.some(({ input }) => hasTime(input))
    ? "from datetime import datetime\n\nimport boto3"
    : "import boto3";
  return [imports, `\nclient = boto3.client("${boto}")`, ...made, "print(answer)"].join("\n");
}

function typescript({ package: from, clientName }: Service, calls: readonly ShownCall[]): string {
  const commands = calls.map(({ operation }) => `${operation.name}Command`);
  const made = calls.map(({ operation, input }, index) => {
    const call = `await client.send(new ${operation.name}Command(${javascript(input, "")}))`;
    return index === calls.length - 1 ? `console.log(${call});` : `${call};`;
  });
  const imports = `import { ${[clientName, ...new Set(commands)].join(", ")} } from "${from}";`;
  return [imports, "", `const client = new ${clientName}({});`, ...made].join("\n");
}

const isTime = (value: unknown): value is Date => value instanceof Date;
const text = (value: unknown): string => (isTime(value) ? value.toISOString() : String(value));
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const hasTime = (value: unknown): boolean =>
  isTime(value) || (typeof value === "object" && value !== null && Object.values(value).some(hasTime));

/** A word that a POSIX shell reads as it stands. */
const shellWord = (word: string): string =>
  /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** The values of a literal, each on a line of its own. */
function block(open: string, close: string, lines: readonly string[], indent: string): string {
  if (lines.length === 0) return open + close;
  return `${open}\n${lines.map((line) => `${indent}    ${line},\n`).join("")}${indent}${close}`;
}

function python(value: unknown, indent: string): string {
  const inner = `${indent}    `;
  if (isTime(value)) return `datetime.fromisoformat("${value.toISOString().replace("Z", "+00:00")}")`;
  if (Array.isArray(value))
    return block(
      "[",
      "]",
      value.map((one) => python(one, inner)),
      indent,
    );
  if (typeof value === "object" && value !== null) {
    const lines = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${python(one, inner)}`);
    return block("{", "}", lines, indent);
  }
  if (typeof value === "boolean") return value ? "True" : "False";
  return JSON.stringify(value);
}

function javascript(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (isTime(value)) return `new Date("${value.toISOString()}")`;
  const lines = (all: readonly string[], open: string, close: string) =>
    all.length === 0 ? open + close : `${open}\n${all.map((line) => `${inner}${line},\n`).join("")}${indent}${close}`;
  if (Array.isArray(value))
    return lines(
      value.map((one) => javascript(one, inner)),
      "[",
      "]",
    );
  if (typeof value === "object" && value !== null) {
    const named = Object.entries(value).map(
      ([name, one]) => `${/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name)}: ${javascript(one, inner)}`,
    );
    return lines(named, "{", "}");
  }
  return JSON.stringify(value);
}
