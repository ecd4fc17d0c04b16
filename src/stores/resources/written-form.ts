import { validationFault } from "../../aws/faults.ts";
import { checkLabelName } from "./order.ts";
import {
  keyWords,
  type Labels,
  mostDocumentBytes,
  mostEventBytes,
  type ResourceDocument,
  type ResourceEvent,
} from "./port.ts";

/** What of a document is kept as JSON; "" stands for undefined. */
export interface DocumentTexts {
  readonly wanted: string;
  readonly actual: string;
  readonly labels: string;
}

const noLabels = "{}";

/**
 * @throws Fault when the document is too large, RangeError when a label cannot be one.
 */
export function documentTexts({ key, wanted, actual, labels }: Omit<ResourceDocument, "version">): DocumentTexts {
  const texts = { wanted: jsonOf(wanted), actual: jsonOf(actual), labels: labelsText(labels) };
  const bytes = bytesBeyond(mostDocumentBytes, texts.wanted, texts.actual);
  if (bytes > 0)
    throw validationFault(
      `The document of ${keyWords(key)} has ${bytes} bytes; at most ${mostDocumentBytes} are allowed.`,
    );
  return texts;
}

/** Returns the detail of an event. @throws Fault when it is too large. */
export function eventText({ key, type, detail }: ResourceEvent): string {
  const text = jsonOf(detail);
  const bytes = bytesBeyond(mostEventBytes, text);
  if (bytes > 0)
    throw validationFault(
      `The event ${type} of ${keyWords(key)} has ${bytes} bytes; at most ${mostEventBytes} are allowed.`,
    );
  return text;
}

export const readText = (text: string): unknown => (text === "" ? undefined : JSON.parse(text));

/** Without labels: undefined. */
export const readLabels = (text: string): Labels | undefined => (text === noLabels ? undefined : JSON.parse(text));

const jsonOf = (value: unknown): string => JSON.stringify(value) ?? "";

function labelsText(labels: Labels | undefined): string {
  if (labels === undefined) return noLabels;
  for (const [label, value] of Object.entries(labels)) {
    checkLabelName(label);
    for (const one of Array.isArray(value) ? value : [value])
      if (typeof one === "number" ? !Number.isFinite(one) : typeof one !== "string" && one !== undefined)
        throw new RangeError(`The label ${label} is a text or a finite number, not ${one}`);
  }
  return JSON.stringify(labels);
}

/** Returns the bytes of the texts when they are more than `most`, else 0; short texts are not counted. */
function bytesBeyond(most: number, ...texts: string[]): number {
  const characters = texts.reduce((sum, { length }) => sum + length, 0);
  if (characters * 3 <= most) return 0;
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return bytes > most ? bytes : 0;
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}
