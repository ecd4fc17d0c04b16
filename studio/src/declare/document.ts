import { type CommandClass, call, operationOf } from "../api/command.ts";
import { unlessDenied } from "../api/is-denied.ts";
import { shortName } from "../values/short-name.ts";
import type { Resource } from "./define-resource.ts";
import type { Item } from "./item.ts";
import { listRequest } from "./list-request.ts";
import { valueAt } from "./path.ts";

/** The input of an operation that is told a name alone. */
export function nameInput({ named }: Pick<Resource, "named">, command: CommandClass, name: string): Item {
  if (named) return named.input(name);
  const { members } = operationOf(command).input;
  const member = members.find(({ required }) => required) ?? members[0]!;
  return { [member.name]: member.shape.kind === "list" ? [name] : name };
}

/** The call that reads one document. */
export function readRequest(
  resource: Resource,
  name: string,
): { readonly command: CommandClass; readonly input: object } {
  const { describe, list, find, listInput } = resource;
  if (describe) return { command: describe, input: nameInput(resource, describe, name) };
  return { command: list, input: { ...listInput, ...find?.(name) } };
}

/**
 * Reads one document.
 * @param more of the input than the page of the document asks with
 * @throws the service's refusal, or an Error where a list has none of that name
 */
export async function readDocument(resource: Resource, name: string, signal?: AbortSignal, more?: Item): Promise<Item> {
  const { command, input: asked } = readRequest(resource, name);
  const input = { ...asked, ...more };
  const output = (await call(resource.service, command, input, signal)) as Item;
  if (resource.describe) {
    const item = (resource.inside ? output[resource.inside] : output) as Item;
    return resource.read?.(item) ?? item;
  }
  const request = listRequest(resource);
  for (let page: object = output; ; ) {
    const items = await request.read(page, input, signal);
    const found = items.find((item) => nameOf(resource, item) === name);
    if (found) return found;
    // What narrows the list may not narrow it to one: policies of many targets have the same name.
    const token = request.next(page);
    if (token === undefined) throw new Error(`There is no ${resource.title.toLowerCase()} named ${shortName(name)}.`);
    page = (await call(resource.service, command, request.after(input, token), signal)) as object;
  }
}

/** Whether what an input would make is there, and would be replaced; a service whose own refusal says so is not asked. */
export async function wouldReplace(resource: Resource, given: object): Promise<boolean> {
  if (!resource.replaced) return false;
  const input = { ...resource.listInput, ...resource.replaced(given as Item) };
  const output = await unlessDenied(call(resource.service, resource.list, input));
  return output !== undefined && (await listRequest(resource).read(output, input)).length > 0;
}

export const nameOf = ({ name, named }: Resource, item: Item): string =>
  valueAt(item, name) === undefined ? "" : (named?.of(item) ?? String(valueAt(item, name)));

/** The ARN of a document; undefined where the service gives it none. */
export const arnOf = (resource: Resource, item: Item): string | undefined =>
  resource.arnOf?.(nameOf(resource, item)) ??
  (resource.arn === undefined ? undefined : String(valueAt(item, resource.arn)));

export const deleteDocument = (resource: Resource, item: Item): Promise<unknown> =>
  call(
    resource.service,
    resource.delete!,
    resource.deleteInput?.(item) ?? nameInput(resource, resource.delete!, nameOf(resource, item)),
  );
