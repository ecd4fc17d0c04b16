import type { GetOutputType } from "@smithy/types";
import { readStructure, type StructureShape } from "../../../src/wire/schema.ts";
import type { Service } from "./define-service.ts";

/** A command class of an AWS client: `ListModelsCommand`. */
// biome-ignore lint/suspicious/noExplicitAny: each class has its own input and output, which the types below get back
export type CommandClass = new (input: any) => { readonly input: object };

export type InputOf<C extends CommandClass> = InstanceType<C>["input"];
export type OutputOf<C extends CommandClass> = Omit<GetOutputType<InstanceType<C>>, "$metadata">;

/** What the schema says of an operation. */
export interface Operation {
  readonly name: string;
  readonly input: StructureShape;
  readonly output: StructureShape;
}

const operations = new WeakMap<CommandClass, Operation>();

export function operationOf(command: CommandClass): Operation {
  let operation = operations.get(command);
  if (operation === undefined) {
    const { schema } = new command({}) as unknown as { schema: [9, string, string, unknown, unknown, unknown] };
    operation = { name: schema[2], input: readStructure(schema[4]), output: readStructure(schema[5]) };
    operations.set(command, operation);
  }
  return operation;
}

/** What browsers say of a request that has no answer. */
const unanswered = /^(Failed to fetch|NetworkError when attempting|Load failed|network error)/;

/** Calls an operation as the session. */
export async function call<C extends CommandClass>(
  service: Service,
  command: C,
  input: InputOf<C>,
  abortSignal?: AbortSignal,
): Promise<OutputOf<C>> {
  try {
    return await service.client().send(new command(input), { abortSignal });
  } catch (error) {
    const { message } = error as Error;
    throw unanswered.test(message) ? new Error("The server does not answer.", { cause: error }) : error;
  }
}
