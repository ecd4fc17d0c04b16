import type { Scope, Translation } from "./scope.ts";
import type { Expression } from "./syntax.ts";
import type { Value } from "./value.ts";

type Node<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

/** How each kind of expression is translated. */
export type Translators = {
  readonly [Kind in Expression["kind"]]: (node: Node<Kind>, scope: Scope, translation: Translation) => Value;
};
