import type { OperationModel, ServiceModel } from "./schema.ts";

/** The REST operation that a request matches, with the labels of its path, still percent-encoded. */
interface RestMatch {
  readonly operation: OperationModel;
  readonly labels: Readonly<Record<string, string>>;
}

export type RestRouter = (
  method: string,
  path: string,
  query: URLSearchParams,
  hasHeader: (name: string) => boolean,
) => RestMatch | undefined;

interface Route {
  readonly operation: OperationModel;
  readonly path: RegExp;
  readonly labelNames: readonly string[];
  /** Query fields that the path template names, with the value each must have; an empty value matches any. */
  readonly literals: readonly (readonly [name: string, value: string])[];
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
}

/**
 * Compiles the `http` traits of a service. The query fields and headers that they require tell operations apart that
 * share method and path (PutObject, UploadPart, CopyObject): of those that match, the one that requires most is taken.
 * `x-id`, which only some clients send, decides between equals.
 */
export function createRestRouter(model: ServiceModel): RestRouter {
  const routes = new Map<string, Route[]>();
  for (const operation of model.operations.values()) {
    if (!operation.traits.http) continue;
    const [method, template] = operation.traits.http as [string, string];
    const ofMethod = routes.get(method) ?? [];
    routes.set(method, ofMethod);
    ofMethod.push(compileRoute(operation, template));
  }
  for (const [method, ofMethod] of routes)
    routes.set(
      method,
      ofMethod
        .map((route) => withoutNeedlessDemands(route, ofMethod))
        .sort((one, other) => demands(other) - demands(one)),
    );

  return (method, path, query, hasHeader) => {
    const hint = query.get("x-id");
    let best: RestMatch | undefined;
    let bestDemands = -1;
    for (const route of routes.get(method) ?? []) {
      const weight = demands(route);
      if (best && weight < bestDemands) break;
      const isHinted = route.operation.name === hint;
      if (best && !isHinted) continue;
      if (!route.literals.every(([name, value]) => query.has(name) && (value === "" || query.get(name) === value)))
        continue;
      if (!route.requiredQuery.every((name) => query.has(name)) || !route.requiredHeaders.every(hasHeader)) continue;
      const match = route.path.exec(path);
      if (!match) continue;
      const labels = Object.fromEntries(route.labelNames.map((name, index) => [name, match[index + 1]!]));
      best = { operation: route.operation, labels };
      bestDemands = weight;
    }
    return best;
  };
}

/**
 * A query field that one operation alone has decides by itself: `GET ?attributes` without its header is an incomplete
 * GetObjectAttributes and not a GetObject.
 */
function withoutNeedlessDemands(route: Route, ofMethod: readonly Route[]): Route {
  const place = ({ path, literals }: Route) => JSON.stringify([path.source, literals]);
  const isAlone = ofMethod.every((other) => other === route || place(other) !== place(route));
  return route.literals.length > 0 && isAlone ? { ...route, requiredQuery: [], requiredHeaders: [] } : route;
}

/** A literal counts more than any number of required members. */
const demands = (route: Route): number =>
  route.literals.length * 100 + route.requiredQuery.length + route.requiredHeaders.length;

function compileRoute(operation: OperationModel, template: string): Route {
  const [pathTemplate, queryTemplate] = template.split("?") as [string, string?];
  const literals = [...new URLSearchParams(queryTemplate)].filter(([name]) => name !== "x-id");
  const required = operation.input.members.filter((member) => member.required);
  const bound = (trait: string) => required.map((member) => member.traits[trait] as string).filter(Boolean);
  const inPath = [...pathTemplate.matchAll(/\{([^}+]+)(\+?)\}/g)].map(([, name]) => name!);
  // S3's templates have the bucket in the host name; Sagebrush has it in the first part of the path.
  const hasBucket = operation.input.members.some((member) => member.name === "Bucket" && member.traits.httpLabel);
  const bucketFirst = hasBucket && !inPath.includes("Bucket");
  const expression = pathTemplate
    .replace(/[.*?^$()|[\]\\]/g, "\\$&")
    .replace(/\{[^}+]+\+\}/g, "(.+)")
    .replace(/\{[^}]+\}/g, "([^/]+)");
  return {
    operation,
    path: new RegExp(bucketFirst ? `^/([^/]+)${expression === "/" ? "/?" : expression}$` : `^${expression}$`, "s"),
    labelNames: bucketFirst ? ["Bucket", ...inPath] : inPath,
    literals,
    requiredQuery: bound("httpQuery"),
    requiredHeaders: bound("httpHeader").map((name) => name.toLowerCase()),
  };
}
