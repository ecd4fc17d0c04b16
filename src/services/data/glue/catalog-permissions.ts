import { formatArn } from "../../../aws/arn.ts";
import { Fault } from "../../../aws/faults.ts";
import { policyVerdict } from "../../../aws/resource-policy.ts";
import type { Context } from "../../../frame/context.ts";
import { guardingPolicy } from "../../../frame/guarding-policy.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import type { Permission } from "../../../frame/permissions.ts";

type Named = Readonly<Record<string, unknown>>;

/** The ARN of something in the Data Catalog; of the catalog itself without a name. */
export const catalogArn = ({ account, region }: Place, ...names: readonly string[]): string =>
  formatArn({ service: "glue", account, region, resource: names.length > 0 ? names.join("/") : "catalog" });

/** A name as the catalog has it; `*` for one that an input leaves open. */
const folded = (name: unknown): string => (typeof name === "string" && name !== "" ? name.toLowerCase() : "*");

const needs =
  (operation: string, resources: (input: Named, place: Place) => readonly string[]) =>
  (input: object, place: Place): Permission[] =>
    [catalogArn(place), ...resources(input as Named, place)].map((resource) => ({
      action: `glue:${operation}`,
      resource,
    }));

/** Needs an action on the catalog, on the database that an input names, and on all things of some types in it. */
export const onDatabase = (
  operation: string,
  nameIn: (input: Named) => unknown = (input) => input.DatabaseName,
  allOf: readonly string[] = [],
) =>
  needs(operation, (input, place) => {
    const database = folded(nameIn(input));
    return [catalogArn(place, "database", database), ...allOf.map((type) => catalogArn(place, type, database, "*"))];
  });

/** Needs an action on the catalog, the database and the tables that an input names. */
export const onTables = (operation: string, namesIn: (input: Named) => readonly unknown[]) =>
  needs(operation, (input, place) => {
    const database = folded(input.DatabaseName);
    return [
      catalogArn(place, "database", database),
      ...namesIn(input).map((name) => catalogArn(place, "table", database, folded(name))),
    ];
  });

/** Needs an action on the catalog, the database and the table that an input names. */
export const onTable = (operation: string) => onTables(operation, ({ TableName }) => [TableName]);

/** Needs an action on the catalog as a whole. */
export const onCatalog = (operation: string) => needs(operation, () => []);

/** Needs an action on the catalog, and on the one that is to be made. */
export const onNewCatalog = needs("CreateCatalog", ({ Name }, place) => [catalogArn(place, "catalog", folded(Name))]);

/**
 * Checks that the caller may read what a resource link leads to: the permission that a request needs is that of the link.
 * @throws Fault AccessDeniedException, in AWS's words
 */
export async function checkReadable(context: Context, operation: string, ...names: readonly string[]): Promise<void> {
  const [action, resource] = [`glue:${operation}`, catalogArn(context, ...names)];
  const isHidden = await hiddenFrom(context, operation);
  const { refusal } = context.decide({ action, resource });
  const words = isHidden(...names)
    ? `User: ${context.caller.arn} is not authorized to perform: ${action} on resource: "${resource}" with an explicit deny in a resource-based policy`
    : refusal;
  if (words !== undefined) throw new Fault("AccessDeniedException", words, { status: 403 });
}

/** Returns whether the catalog's policy hides a thing from the caller of a list. */
export async function hiddenFrom(context: Context, operation: string): Promise<(...names: string[]) => boolean> {
  const policy = await guardingPolicy(context, "glue");
  if (!policy) return () => false;
  return (...names) =>
    policyVerdict(policy, context.caller, { action: `glue:${operation}`, resource: catalogArn(context, ...names) }) ===
    "denied";
}
