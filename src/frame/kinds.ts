import { arnTemplate } from "../aws/arn-template.ts";
import type { ResourceKey } from "../stores/resources/port.ts";
import { createKindNames, type KindNames, type KindNaming } from "./kind-naming.ts";

/** How the documents of a kind belong to those of another. */
export interface ParentRule {
  /** The parent's kind: "sagemaker/model-package-group". */
  readonly kind: string;
  /** What the deletion of a parent with children does: it is refused, or deletes them too. */
  readonly deletion: "refused" | "takes children";
}

/** An entry of the generated list: what is known of a kind before its file is imported. */
export interface KindEntry extends KindNaming {
  readonly title?: string;
  readonly parent?: ParentRule;
  readonly tags?: boolean | string;
  /** Whether documents may name bodies in the object store. */
  readonly large?: boolean;
  readonly search?: string;
  /** The operation of the kind's service that lists its documents. */
  readonly listedBy?: string;
  readonly running?: readonly string[];
  /** Whether a document is the policy of all things of the service. */
  readonly guards?: boolean;
  /** Whether a document has a policy of its own. */
  readonly ownPolicy?: boolean;
  /** Changes when documents must be rewritten to be found by today's labels. */
  readonly shape: string;
  load(): Promise<Loadable>;
}

/** What an entry loads; `frame/define-kind.ts` has its full type. */
interface Loadable {
  readonly name: string;
}

/** Finds kinds by their declarations, so that no service keeps a list of other services' kinds. */
export interface Kinds {
  readonly all: readonly KindEntry[];
  /** Returns the kind of that name: "sagemaker/model". */
  named(name: string): KindEntry | undefined;
  /** Returns the kind of the policies that guard the things of a service. */
  guarding(service: string): KindEntry | undefined;
  /** Whether things of a service may have policies of their own. */
  hasPolicies(service: string): boolean;
  /** Returns the key of a thing of a service that may have a policy of its own; undefined for other ARNs. */
  withPolicy(service: string, arn: string): ResourceKey | undefined;
  /** Returns the kinds whose documents belong to those of a kind. */
  childrenOf(name: string): readonly KindEntry[];
  /** Returns the kind of an ARN and the key that the ARN stands for; undefined when no kind has such ARNs. */
  parse(arn: string): { readonly entry: KindEntry; readonly key: ResourceKey } | undefined;
  /** The ARN of a key; undefined when its kind has none, or one that holds more than the key: a role's has its path. */
  arn(key: ResourceKey): string | undefined;
}

export function createKinds(all: readonly KindEntry[]): Kinds {
  const named: (readonly [KindEntry, KindNames])[] = all.map((entry) => [entry, createKindNames(entry)]);
  const byName = new Map(named.map((one) => [one[1].name, one]));
  const guards = new Map(all.filter((entry) => entry.guards).map((entry) => [entry.service, entry]));
  const policed = new Map(named.filter(([{ ownPolicy }]) => ownPolicy).map(([{ service }, names]) => [service, names]));
  const byParent = Map.groupBy(all, ({ parent }) => parent?.kind);
  return {
    all,
    named: (name) => byName.get(name)?.[0],
    hasPolicies: (service) => policed.has(service),
    withPolicy: (service, arn) => policed.get(service)?.parse(arn),
    guarding: (service) => guards.get(service),
    childrenOf: (name) => byParent.get(name) ?? [],
    parse(arn) {
      for (const [entry, names] of named) {
        const key = names.parse(arn);
        if (key) return { entry, key };
      }
      return undefined;
    },
    arn(key) {
      const [entry, names] = byName.get(key.kind) ?? [];
      const known = names?.variables(key) ?? {};
      const templates = [entry?.arn ?? []].flat().map(arnTemplate);
      const isWhole = templates.some(({ variables }) => variables.every((name) => known[name] !== undefined));
      return isWhole ? names!.arn(key) : undefined;
    },
  };
}
