import { coerce } from "./cast.ts";
import { type Bindings, patternType, type TypePattern } from "./function-table.ts";
import type { Scope, Translation } from "./scope.ts";
import { SqlFault } from "./sql-fault.ts";
import { typeText } from "./sql-type.ts";
import type { Expression } from "./syntax.ts";

type Lambda = Extract<Expression, { kind: "lambda" }>;

/** `lambda "v1": ...`, once the types of its arguments are known; its body alone where the template names the arguments. */
export function lambdaText(
  node: Lambda,
  pattern: TypePattern,
  bound: readonly string[] | undefined,
  bindings: Bindings,
  scope: Scope,
  translation: Translation,
): string {
  if (pattern.kind !== "lambda")
    throw new SqlFault("TYPE_MISMATCH", "Lambda expression should always be used inside a function", node.at);
  // Equal lambdas have to be equal texts, because GROUP BY finds its keys by them. What is deeper has other names.
  const depth = scope.lambdas ?? 0;
  const variables = new Map(scope.variables);
  const names = node.names.map((name, index) => {
    const type = patternType(pattern.takes[index]!, bindings);
    if (type === undefined)
      throw new SqlFault("TYPE_MISMATCH", "The types of the lambda's arguments are not known", node.at);
    const variable = bound?.[index] ?? `v${depth}_${index}`;
    variables.set(name, { sql: variable, type });
    return variable;
  });
  const body = translation.expression(node.body, {
    ...scope,
    variables,
    lambdas: depth + 1,
    noAggregates: "Lambda expression",
    noWindows: "Lambda expression",
  });
  if (pattern.gives.kind === "variable") {
    const known = bindings.types.get(pattern.gives.name);
    if (known === undefined || known.name === "unknown") bindings.types.set(pattern.gives.name, body.type);
    else if (coerce(body, known) === undefined)
      throw new SqlFault(
        "TYPE_MISMATCH",
        `Lambda returns ${typeText(body.type)} where ${typeText(known)} is expected`,
        node.at,
      );
  }
  const wanted = patternType(pattern.gives, bindings);
  const text = (wanted && coerce(body, wanted)?.sql) ?? body.sql;
  return bound === undefined ? `lambda ${names.join(", ")}: ${text}` : `(${text})`;
}
