import { WrongType } from "./wrong-type.ts";

/** An element of an XML document, as far as AWS's protocols use XML: names without their prefix, text joined. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
}

const markup =
  /<(?:(!--)|(!\[CDATA\[)|(\?)|(!)|\/\s*([^\s>]+)\s*>|([^\s/>]+)((?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>)/y;
const attribute = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const reference = /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/g;
const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/**
 * Reads a document. Doctypes are refused, so no entity can be declared and nothing is fetched. Namespaces are ignored.
 * @throws WrongType that says what is wrong with the document
 */
export function parseXml(source: string): XmlElement {
  const root: XmlElement = { name: "", attributes: new Map(), children: [], text: "" };
  const open: XmlElement[] = [root];
  let at = source.startsWith("\uFEFF") ? 1 : 0;
  while (at < source.length) {
    const element = open.at(-1)!;
    const next = source.indexOf("<", at);
    const text = source.slice(at, next === -1 ? source.length : next);
    if (element !== root) element.text += unescapeXml(text);
    else if (text.trim() !== "") throw new WrongType("text stands outside the root element");
    if (next === -1) break;
    markup.lastIndex = next;
    const match = markup.exec(source);
    if (!match) throw new WrongType("a tag is not well-formed");
    const [whole, comment, cdata, instruction, declaration, closed, opened, attributes, empty] = match;
    if (comment) at = after(source, "-->", next + 4);
    else if (instruction) at = after(source, "?>", next + 2);
    else if (cdata) {
      at = after(source, "]]>", next + 9);
      element.text += source.slice(next + 9, at - 3);
    } else if (declaration) throw new WrongType("declarations are not allowed");
    else {
      at = next + whole.length;
      if (closed !== undefined) {
        if (element === root || localName(closed) !== element.name) {
          throw new WrongType(`${closed} is closed and not open`);
        }
        open.pop();
      } else {
        const child = { name: localName(opened!), attributes: readAttributes(attributes!), children: [], text: "" };
        if (element === root && root.children.length > 0) throw new WrongType("there are two root elements");
        element.children.push(child);
        if (!empty) open.push(child);
      }
    }
  }
  if (open.length > 1) throw new WrongType(`it ends inside ${open.at(-1)!.name}`);
  if (root.children.length === 0) throw new WrongType("it is empty");
  return root.children[0]!;
}

function after(source: string, end: string, from: number): number {
  const found = source.indexOf(end, from);
  if (found === -1) throw new WrongType(`"${end}" is missing`);
  return found + end.length;
}

const localName = (name: string) => name.slice(name.indexOf(":") + 1);

function readAttributes(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name, double, single] of text.matchAll(attribute)) {
    attributes.set(name!, unescapeXml(double ?? single ?? ""));
  }
  return attributes;
}

function unescapeXml(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(reference, (whole, hexadecimal, decimal, name) => {
    if (name) return named[name]!;
    const code = hexadecimal ? Number.parseInt(hexadecimal, 16) : Number.parseInt(decimal, 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are written as references
const special = /[&<>"\u0000-\u001f\u0085\u2028]/g;
const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/**
 * Escapes text and attribute values. Line ends and control characters become references, because readers would change
 * them.
 */
export const escapeXml = (text: string): string =>
  text.replace(special, (character) => escapes[character] ?? `&#x${character.charCodeAt(0).toString(16)};`);
