import type { ComponentType } from "react";
import type { Path } from "./path.ts";

/** What a field of its own kind is given. */
export interface FieldProps {
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  /** The whole input. */
  readonly input: object;
  readonly invalid: boolean;
  readonly label: string;
  /** Where it stands in the input. */
  readonly path: string;
}

// biome-ignore lint/suspicious/noExplicitAny: fields inside of an entry are not typed
export interface FormField<Input = any> {
  readonly member: Path<Input>;
  /** Where the member's own name in words would mislead. */
  readonly title?: string;
  /** What a person needs to know to fill it in. */
  readonly note?: string;
  /** The values of a text for which the schema has none, as the service documents them. */
  readonly values?: readonly string[];
  /** In place of the field that the schema gives. */
  readonly as?: ComponentType<FieldProps>;
  /** Whether it is needed although the schema leaves it open. */
  readonly required?: true;
  /** More than the schema's rules: returns what is wrong. */
  readonly check?: (input: object) => string | undefined;
  /** Whether it is the name of what the form makes, which names nothing that is there. */
  readonly isName?: boolean;
  /** Of a list of structures: the everyday members of an entry, what a new one holds, and what an entry is called. */
  readonly fields?: readonly (string | FormField)[];
  readonly start?: object;
  readonly entry?: string;
}

/** Fields under one heading, in order. */
// biome-ignore lint/suspicious/noExplicitAny: forms of actions are not typed by their input
export interface FormGroup<Input = any> {
  readonly title: string;
  readonly fields: readonly (Path<Input> | FormField<Input>)[];
}
