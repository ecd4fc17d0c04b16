import { formatArn, ownPartition, parseArn } from "../aws/arn.ts";
import { arnTemplate } from "../aws/arn-template.ts";
import type { ResourceKey } from "../stores/resources/port.ts";
import { escapeName, joinNames, splitNames } from "./key-names.ts";

/** The account and the region of a document. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** The values of a name's variables: `{ DomainId: "d-1", AppName: "default" }`. */
export type Variables = Readonly<Record<string, string>>;

/** How a declaration says that documents of a kind are named. */
export interface KindNaming {
  /** The service prefix of the kind's ARNs and actions: "sagemaker". */
  readonly service: string;
  /** The noun: "model". In the store the kind is called `sagemaker/model`. */
  readonly kind: string;
  /**
   * The resource part of the ARN as a template, "app/{DomainId}/{OwnerName}/{AppType}/{AppName}". A kind may have
   * several ("model-package/{ModelPackageName}" and "model-package/{ModelPackageGroupName}/{Version}"); the number of
   * variables tells them apart. Left out where AWS gives the kind no ARN.
   */
  readonly arn?: string | readonly string[];
  /** The variables of the key, where they differ from the ARN's: a role's path is in its ARN only. */
  readonly key?: readonly string[];
  /**
   * `region`, the default; `account`: shared by all regions, like IAM roles; `global`: shared by all accounts, like
   * buckets.
   */
  readonly scope?: "region" | "account" | "global";
  /**
   * Whether names that differ only in case are different. By default they are not, because SageMaker's ARNs are in
   * lower case.
   */
  readonly exactCase?: boolean;
}

/** Formats and parses the names of a kind. */
export interface KindNames {
  /** The kind's name in the store: "sagemaker/model". */
  readonly name: string;
  /** The variables of a key; several sets when the kind has several ARNs. */
  readonly sets: readonly (readonly string[])[];
  /** Returns the key of these variables. @throws RangeError when one is missing */
  key(place: Place, variables: Variables): ResourceKey;
  /** Whether a key is of the place's region, or of a kind without regions. */
  isIn(place: Place, key: ResourceKey): boolean;
  /** Returns the variables of a key, in the case of the key. */
  variables(key: ResourceKey): Variables;
  /** Returns the ARN. `more` holds variables of the ARN that the key does not hold, or holds in lower case. */
  arn(key: ResourceKey, more?: Variables): string;
  /** Returns the key that an ARN stands for; undefined for an ARN of another kind. */
  parse(arn: string): ResourceKey | undefined;
  /**
   * Returns the key that an input names by the variables, or by an ARN in place of the only variable; undefined when it
   * names none.
   */
  identify(place: Place, input: object): ResourceKey | undefined;
  /**
   * Returns the ARN that an input names, for asking for a permission: with `*` for what it leaves open, and as it stands
   * where it is of another kind or place.
   */
  pattern(place: Place, input: object): string;
}

export function createKindNames(naming: KindNaming): KindNames {
  const { service, kind, scope = "region", exactCase = false } = naming;
  const templates = [naming.arn ?? []].flat().map(arnTemplate);
  const sets = naming.key ? [naming.key] : templates.map(({ variables }) => variables);
  const fold = (value: string) => (exactCase ? value : value.toLowerCase());
  const named = (input: object, names: readonly string[]) => names.every((name) => isName((input as Variables)[name]));
  const setOf = (length: number) => sets.find((set) => set.length === length) ?? [];
  /** The last prefix of an ARN: lists format an ARN a row, all of one place. */
  let last = { account: "", region: "", prefix: "" };
  const prefix = ({ account, region }: Place): string => {
    if (last.account === account && last.region === region) return last.prefix;
    const prefix = formatArn({
      service,
      region: scope === "region" ? region : "",
      account: scope === "global" ? "" : account,
      resource: "",
    });
    last = { account, region, prefix };
    return prefix;
  };
  const format = (place: Place, values: Variables) => {
    const template = templates.find(({ variables }) => named(values, variables));
    return prefix(place) + (template?.format(values) ?? `${kind}/${Object.values(values).join("/")}`);
  };
  /** The only template, when its variables are the key's. */
  const sole = templates.length === 1 && !naming.key ? templates[0] : undefined;

  const names: KindNames = {
    name: `${service}/${kind}`,
    sets,

    key(place, variables) {
      const set = sets.find((set) => named(variables, set));
      if (!set) throw new RangeError(`A ${kind} is named by ${sets.map((set) => set.join(", ")).join(" or by ")}.`);
      let name = "";
      for (let index = 0; index < set.length; index++) {
        const value = fold(String(variables[set[index]!]));
        name = index === 0 ? escapeName(value) : joinNames(name, value);
      }
      return {
        account: scope === "global" ? "-" : place.account,
        region: scope === "region" ? place.region : "-",
        kind: names.name,
        name,
      };
    },

    isIn: ({ region }, key) => scope !== "region" || key.region === region,

    variables(key) {
      const values = splitNames(key.name);
      const variables: Record<string, string> = {};
      const set = setOf(values.length);
      for (let index = 0; index < set.length; index++) variables[set[index]!] = values[index]!;
      return variables;
    },

    arn(key, more) {
      if (sole && !more) return prefix(key) + sole.fill(splitNames(key.name));
      return format(key, more ? { ...names.variables(key), ...more } : names.variables(key));
    },

    parse(text) {
      const arn = parseArn(text);
      if (arn?.service !== service || arn.partition !== ownPartition) return undefined;
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
      const only = set.length === 1 ? (input as Variables)[set[0]!] : undefined;
      if (typeof only === "string" && only.startsWith("arn:")) return only;
      const values = set.map((name) => [name, named(input, [name]) ? fold(String((input as Variables)[name])) : "*"]);
      return format(place, Object.fromEntries(values));
    },
  };
  return names;
}

const isName = (value: unknown): boolean => typeof value === "string" || typeof value === "number";

/** Returns `*` for each variable of a template that a key does not hold, such as a role's path. */
const anyRest = (all: readonly string[], known: Variables): Variables =>
  Object.fromEntries(all.filter((name) => known[name] === undefined).map((name) => [name, "*"]));
