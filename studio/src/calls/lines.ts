import type { StructureShape } from "../../../src/wire/schema.ts";
import type { Operation } from "../api/command.ts";
import type { Service } from "../api/define-service.ts";
import { jsonText } from "../values/json-text.ts";
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

function commandLine({ commandLine: service }: Service, { operation, input }: ShownCall): string {
  const options: string[] = [];
  // What the AWS CLI would take for the address of a text.
  const asJson: Record<string, string> = {};
  let piped = "";
  for (const [member, value] of Object.entries(input)) {
    const option = `--${commandLineName(member)}`;
    if (typeof value === "boolean") options.push(value ? option : `--no-${commandLineName(member)}`);
    else if (isBlob(operation.input, member)) {
      // The first version of the AWS CLI reads a text of bytes as it is, the second as base64; both read a file's bytes.
      piped = `printf %s ${shellWord(text(value))} | `;
      options.push(`${option} fileb:///dev/stdin`);
    } else if (typeof value === "string" && /^(fileb?|https?):\/\//.test(value)) asJson[member] = value;
    else {
      const word = typeof value === "object" && !isTime(value) ? jsonText(value) : text(value);
      options.push(`${option}${word.startsWith("-") ? "=" : " "}${shellWord(word)}`);
    }
  }
  if (Object.keys(asJson).length > 0) options.push(`--cli-input-json ${shellWord(jsonText(asJson))}`);
  if (streamOf(operation) !== undefined) options.push("/dev/stdout");
  return [`${piped}aws ${service} ${commandLineName(operation.name)}`, ...options].join(" \\\n  ");
}

function boto3({ boto }: Service, calls: readonly ShownCall[]): string {
  const made = calls.map(({ operation, input }) => {
    const literals = Object.entries(input).map(([member, value]) => `    ${member}=${python(value, "    ")},\n`);
    return `answer = client.${pythonName(operation.name)}(${literals.length > 0 ? `\n${literals.join("")}` : ""})`;
  });
  const imports = calls.some(({ input }) => hasTime(input))
    ? "from datetime import datetime\n\nimport boto3"
    : "import boto3";
  const stream = streamOf(calls.at(-1)!.operation);
  const print = stream ? `print(answer["${stream}"].read().decode())` : "print(answer)";
  return [imports, `\nclient = boto3.client("${boto}")`, ...made, print].join("\n");
}

function typescript({ package: from, clientName }: Service, calls: readonly ShownCall[]): string {
  const commands = calls.map(({ operation }) => `${operation.name}Command`);
  const made = calls.map(({ operation, input }, index) => {
    const call = `await client.send(new ${operation.name}Command(${javascript(input, "")}))`;
    if (index < calls.length - 1) return `${call};`;
    const stream = streamOf(operation);
    if (stream === undefined) return `console.log(${call});`;
    return `const answer = ${call};\nconsole.log(await answer.${stream}?.transformToString());`;
  });
  const imports = `import { ${[clientName, ...new Set(commands)].join(", ")} } from "${from}";`;
  return [imports, "", `const client = new ${clientName}({});`, ...made].join("\n");
}

const blobs: ReadonlySet<string> = new Set(["blob", "streamingBlob"]);
const isBlob = ({ members }: StructureShape, name: string) =>
  members.some((member) => member.name === name && blobs.has(member.shape.kind));

/** The member of an answer that is its body: the AWS CLI wants a file for it, and boto3 gives a stream. */
const streamOf = ({ output }: Operation): string | undefined =>
  output.members.find(({ traits, shape }) => traits.httpPayload !== undefined && blobs.has(shape.kind))?.name;

const isTime = (value: unknown): value is Date => value instanceof Date;
const text = (value: unknown): string => (isTime(value) ? value.toISOString() : String(value));
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
  return jsonText(value);
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
  return typeof value === "bigint" ? `${value}n` : jsonText(value);
}
