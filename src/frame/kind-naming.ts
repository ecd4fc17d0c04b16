import { formatArn, parseArn } from "../aws/arn.ts";
import { arnTemplate } from "../aws/arn-template.ts";
import type { ResourceKey } from "../stores/resources/port.ts";

/** Whose something is, and in which region. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** The values of a name that has several parts: `{ DomainId: "d-1", AppName: "default" }`. */
export type Variables = Readonly<Record<string, string>>;

/** How things of a kind are named: what a declaration says of it. */
export interface KindNaming {
  /** The service prefix of its ARNs and actions: "sagemaker". */
  readonly service: string;
  /** The noun: "model". The kind's name in the store is `sagemaker/model`. */
  readonly kind: string;
  /**
   * The resource part of its ARN as a template, "app/{DomainId}/{OwnerName}/{AppType}/{AppName}". A kind may have several
   * ("model-package/{ModelPackageName}" and "model-package/{ModelPackageGroupName}/{Version}") with as many variables as
   * tell them apart. Left out: AWS gives it no ARN.
   */
  readonly arn?: string | readonly string[];
  /** The variables that make up the key, when they are not those of the ARN: a role's path is in its ARN alone. */
  readonly key?: readonly string[];
  /** `region`, the default; `account`: one for all regions, as IAM roles; `global`: one for all accounts, as buckets. */
  readonly scope?: "region" | "account" | "global";
  /** Names that differ in case alone are two. By default they are one, as ARNs of SageMaker are in lower case. */
  readonly exactCase?: boolean;
}

/** Formats and parses the names of a kind. */
export interface KindNames {
  /** "sagemaker/model": the kind as the store knows it. */
  readonly name: string;
  /** The key of these variables. @throws RangeError when one is missing. */
  key(place: Place, variables: Variables): ResourceKey;
  /** The variables of a key, folded as the key is. */
  variables(key: ResourceKey): Variables;
  /** `more`: the variables of the ARN that the key does not hold, or holds folded. */
  arn(key: ResourceKey, more?: Variables): string;
  /** The key that an ARN stands for; undefined when it is none of this kind. */
  parse(arn: string): ResourceKey | undefined;
  /** What an input names: by the variables, or by an ARN in place of the only one. undefined when it names none. */
  identify(place: Place, input: object): ResourceKey | undefined;
  /** The ARN of what an input names, `*` standing for what it leaves open: what a permission is asked for. */
  pattern(place: Place, input: object): string;
}

/** Between the parts of a key of several variables. No name of AWS holds it. */
const separator = "\u001f";

export function createKindNames(naming: KindNaming): KindNames {
  const { service, kind, scope = "region", exactCase = false } = naming;
  const templates = [naming.arn ?? []].flat().map(arnTemplate);
  const sets = naming.key ? [naming.key] : templates.map(({ variables }) => variables);
  const placeOf = ({ account, region }: Place): Place => ({
    account: scope === "global" ? "-" : account,
    region: scope === "region" ? region : "-",
  });
  const fold = (value: string) => (exactCase ? value : value.toLowerCase());
  const named = (input: object, names: readonly string[]) => names.every((name) => isName((input as Variables)[name]));
  const setOf = (length: number) => sets.find((set) => set.length === length) ?? [];
  const format = ({ account, region }: Place, values: Variables) => {
    const template = templates.find(({ variables }) => named(values, variables));
    return formatArn({
      service,
      region: scope === "region" ? region : "",
      account: scope === "global" ? "" : account,
      resource: template?.format(values) ?? `${kind}/${Object.values(values).join("/")}`,
    });
  };

  const names: KindNames = {
    name: `${service}/${kind}`,

    key(place, variables) {
      const set = sets.find((set) => named(variables, set));
      if (!set) throw new RangeError(`A ${kind} is named by ${sets.map((set) => set.join(", ")).join(" or by ")}.`);
      const values = set.map((name) => fold(String(variables[name])));
      if (values.some((value) => value.includes(separator))) throw new RangeError(`A name of a ${kind} holds U+001F.`);
      return { ...placeOf(place), kind: names.name, name: values.join(separator) };
    },

    variables(key) {
      const values = key.name.split(separator);
      const variables: Record<string, string> = {};
      const set = setOf(values.length);
      for (let index = 0; index < set.length; index++) variables[set[index]!] = values[index]!;
      return variables;
    },

    arn: (key, more) => format(key, more ? { ...names.variables(key), ...more } : names.variables(key)),

    parse(text) {
      const arn = parseArn(text);
      if (arn?.service !== service) return undefined;
      if ((scope === "region") !== (arn.region !== "") || (scope === "global") !== (arn.account === ""))
        return undefined;
      for (const template of templates) {
        const variables = template.parse(arn.resource);
        if (variables) return names.key(arn, variables);
      }
      return undefined;
    },

    identify(place, input) {
      const set = sets.find((set) => named(input, set));
      if (!set) return undefined;
      const only = set.length === 1 ? String((input as Variables)[set[0]!]) : "";
      return only.startsWith("arn:") ? names.parse(only) : names.key(place, input as Variables);
    },

    pattern(place, input) {
      const key = names.identify(place, input);
      if (key)
        return names.arn(key, templates.length > 0 ? anyRest(templates[0]!.variables, names.variables(key)) : {});
      const set = sets.findLast((set) => set.some((name) => named(input, [name]))) ?? sets[0] ?? [];
      const values = set.map((name) => [name, named(input, [name]) ? fold(String((input as Variables)[name])) : "*"]);
      return format(place, Object.fromEntries(values));
    },
  };
  return names;
}

const isName = (value: unknown): boolean => typeof value === "string" || typeof value === "number";

/** `*` for the variables of a template that a key does not hold, such as a role's path. */
const anyRest = (all: readonly string[], known: Variables): Variables =>
  Object.fromEntries(all.filter((name) => known[name] === undefined).map((name) => [name, "*"]));
