import type { Json } from "../define-transform.ts";
import { isObject, type JsonObject } from "../json-object.ts";
import { FlowFault } from "./flow.ts";

/** What the arguments of a job of Data Wrangler's container say. */
export interface FlowArguments {
  /** By the name of the output, "NODE.OUTPUT". */
  readonly outputs: ReadonlyMap<string, JsonObject>;
  readonly refit: boolean;
  /** The name of the file with the flow as it has learned anew. */
  readonly outputFlow?: string;
  /** Values of the flow's parameters. */
  readonly overrides: Readonly<Record<string, string>>;
}

const known = ["--output-config", "--refit-trained-params", "--parameter-override"] as const;

/** Reads the arguments of a job. Each is a word and its value, or both in one ("--output-config '{...}'"). @throws FlowFault */
export function readFlowArguments(words: readonly string[]): FlowArguments {
  const outputs = new Map<string, JsonObject>();
  const overrides: Record<string, string> = {};
  let refit = false;
  let outputFlow: string | undefined;
  for (const [name, value] of pairs(words)) {
    switch (name) {
      case "--output-config":
        for (const [output, config] of Object.entries(parsedObject(name, value))) {
          if (!isObject(config)) throw wrong(name, value, '{"NODE.default": {"content_type": "CSV"}}');
          outputs.set(output, config);
        }
        break;
      case "--refit-trained-params": {
        const given = parsedObject(name, value);
        refit = given.refit === true;
        if (given.output_flow !== undefined) outputFlow = fileName(name, value, given.output_flow);
        break;
      }
      case "--parameter-override": {
        const plain = /^([A-Za-z_]\w*)=(.*)$/s.exec(value);
        if (plain) overrides[plain[1]!] = plain[2]!;
        else for (const [key, one] of Object.entries(parsedObject(name, value))) overrides[key] = String(one);
        break;
      }
      default:
        throw new FlowFault([
          `The argument ${JSON.stringify(name)} is not known; the arguments are ${known.join(", ")}.`,
        ]);
    }
  }
  return { outputs, refit, ...(outputFlow !== undefined && { outputFlow }), overrides };
}

function fileName(name: string, value: string, given: Json): string {
  if (typeof given === "string" && /^[^/\0]+$/.test(given) && given !== "." && given !== "..") return given;
  throw wrong(name, value, 'output_flow as the name of a file, such as "new.flow"');
}

function* pairs(words: readonly string[]): Generator<readonly [string, string]> {
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const joined = /^(--[a-z-]+)[ =](.*)$/s.exec(word);
    if (joined) yield [joined[1]!, unquoted(joined[2]!)];
    else yield [word, unquoted(words[++at] ?? "")];
  }
}

/** Notebooks put a value in quotes as a shell would need them. */
const unquoted = (value: string): string => /^'(.*)'$/s.exec(value.trim())?.[1] ?? value.trim();

function parsedObject(name: string, value: string): JsonObject {
  let given: Json;
  try {
    given = JSON.parse(value) as Json;
  } catch {
    throw wrong(name, value, "JSON");
  }
  if (!isObject(given)) throw wrong(name, value, "an object of JSON");
  return given;
}

const wrong = (name: string, value: string, allowed: string): FlowFault =>
  new FlowFault([`The argument ${name} is ${JSON.stringify(value)}; give ${allowed}.`]);
