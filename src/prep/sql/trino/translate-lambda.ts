import { coerce } from "./cast.ts";
import { type Bindings, patternType, type TypePattern } from "./function-table.ts";
import type { Scope, Translation } from "./scope.ts";
import { SqlFault } from "./sql-fault.ts";
import { type SqlType, sameType } from "./sql-type.ts";
import type { Expression } from "./syntax.ts";
import { commonType } from "./type-relations.ts";

export type Lambda = Extract<Expression, { kind: "lambda" }>;

/** `lambda "v1": ...`, once the types of its arguments are known; its body alone where the template names the arguments. */
export function lambdaText(
  node: Lambda,
  pattern: TypePattern,
  bound: readonly string[] | undefined,
  bindings: Bindings,
  scope: Scope,
  translation: Translation,
): { readonly text: string; readonly type: SqlType } {
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
  const around = (text: string) => (bound === undefined ? `lambda ${names.join(", ")}: ${text}` : `(${text})`);
  if (pattern.gives.kind === "variable") return { text: around(body.sql), type: body.type };
  const wanted = patternType(pattern.gives, bindings);
  return { text: around((wanted && coerce(body, wanted)?.sql) ?? body.sql), type: body.type };
}

/** What the type that a lambda gives says of the variable that it should be. */
export type Fit = "bound" | "same" | "widened" | "narrower" | "other";

/** Brings together what a lambda gives and what is known of its variable, to which both then become. */
export function fitResult(pattern: TypePattern, type: SqlType, { types }: Bindings): Fit {
  if (pattern.kind !== "lambda" || pattern.gives.kind !== "variable") return "same";
  const { name } = pattern.gives;
  const known = types.get(name);
  if (known === undefined) {
    types.set(name, type);
    return "bound";
  }
  if (sameType(known, type)) return "same";
  const common = commonType(known, type);
  if (common === undefined) return "other";
  if (sameType(common, known)) return "narrower";
  types.set(name, common);
  return "widened";
}
