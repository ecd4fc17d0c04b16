import { xmlText } from "./xml-text.ts";

/** A refusal of the server, in the form of those of AWS's own clients. */
export type ServerFault = Error & { readonly $metadata: { readonly httpStatusCode: number } };

/** Makes an error of an answer that is no success, in XML or JSON. */
export function readFault(text: string, status: number): ServerFault {
  const [code = "UnknownError", message = code] = text.startsWith("{")
    ? jsonFault(text)
    : [xmlText(text, "Code"), xmlText(text, "Message")];
  return Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode: status } });
}

function jsonFault(text: string): [code?: string | undefined, message?: string | undefined] {
  try {
    const { __type, message, Message } = JSON.parse(text) as { __type?: string; message?: string; Message?: string };
    return [__type, message ?? Message ?? text];
  } catch {
    return [];
  }
}
