import { Fault } from "../../../aws/faults.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineKind, type Nothing } from "../../../frame/define-kind.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import { type Refusals, refusalsOf } from "../../../frame/not-built.ts";
import { Conflict, type ResourceDocument } from "../../../stores/resources/port.ts";
import { idOfName } from "./role-id.ts";
import { checkTrustPolicy, sagemakerTrust } from "./trust-policy.ts";

const { refuseMembers }: Refusals = refusalsOf("iam");

const defaultPageSize = 100;
const defaultSessionSeconds = 3600;

interface WantedRole {
  readonly RoleName: string;
  readonly Path: string;
  readonly AssumeRolePolicyDocument: string;
  readonly Description?: string;
  readonly MaxSessionDuration: number;
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
}

interface RoleFacts extends WantedRole {
  readonly RoleId: string;
  readonly created: number;
}

/** The role that every home has without a document. `get_execution_role()` of the SageMaker SDK finds it. */
const homeRole = "SageMakerRole";

export const roleKind = defineKind<WantedRole, Nothing>({
  service: "iam",
  kind: "role",
  arn: "role{Path+}{RoleName}",
  key: ["RoleName"],
  scope: "account",
  title: "Role",
  labels: { path: ({ wanted }) => wanted.Path, name: ({ wanted }) => wanted.RoleName },
});

const keyOf = (place: Place, RoleName: string) => roleKind.key(place, { RoleName });

/** A request for an existing role does not name its path, and no grant names a role by its path. */
const onRole =
  (action: string) =>
  (
    { RoleName = "*", Path = "/" }: { readonly RoleName?: string | undefined; readonly Path?: string | undefined },
    place: Place,
  ) => [{ action: `iam:${action}`, resource: roleKind.arn(keyOf(place, RoleName), { Path, RoleName }) }];
const permissions = {
  CreateRole: onRole("CreateRole"),
  GetRole: onRole("GetRole"),
  DeleteRole: onRole("DeleteRole"),
};

export const role = defineOperations("iam", permissions, {
  async CreateRole(input, context) {
    const { RoleName } = input;
    refuseMembers(context, input, "", ["PermissionsBoundary"]);
    checkTrustPolicy(input.AssumeRolePolicyDocument);
    const now = context.clock.now();
    const wanted: WantedRole = {
      RoleName,
      Path: input.Path ?? "/",
      AssumeRolePolicyDocument: input.AssumeRolePolicyDocument,
      Description: input.Description,
      MaxSessionDuration: input.MaxSessionDuration ?? defaultSessionSeconds,
      Tags: (input.Tags ?? []).map(({ Key, Value }) => ({ Key: Key!, Value: Value! })),
    };
    const id = context.ids.ulid();
    const existing = new Fault("EntityAlreadyExists", `Role with name ${RoleName} already exists.`, { status: 409 });
    if (RoleName.toLowerCase() === homeRole.toLowerCase()) throw existing;
    try {
      const document = { key: keyOf(context, RoleName), id, origin: context.origin, created: now, modified: now };
      await context.resources.write([await roleKind.put(context, { ...document, wanted, actual: {} })]);
    } catch (error) {
      throw error instanceof Conflict ? existing : error;
    }
    return { Role: present(context, { ...wanted, RoleId: idOfName(id), created: now }) };
  },

  async GetRole({ RoleName }, context) {
    return { Role: present(context, await findRole(context, RoleName)) };
  },

  async ListRoles({ PathPrefix = "/", Marker, MaxItems = defaultPageSize }, context) {
    const { documents } = await context.resources.list(roleKind.name, {
      account: context.account,
      region: "-",
      labels: { path: { from: PathPrefix, before: `${PathPrefix}\uffff` }, name: { after: Marker ?? "" } },
      sort: { by: "label:name" },
      limit: MaxItems + 1,
    });
    const roles = documents.map(roleKind.read).map(factsOf);
    // The role of the home has no document; its name puts it among the others.
    const own = unmadeRole(homeRole);
    if (own.Path.startsWith(PathPrefix) && own.RoleName > (Marker ?? "")) {
      roles.push(own);
      roles.sort((a, b) => (a.RoleName < b.RoleName ? -1 : 1));
    }
    const shown = roles.slice(0, MaxItems);
    const more = shown.length < roles.length;
    return {
      Roles: shown.map((facts) => present(context, facts)),
      IsTruncated: more,
      Marker: more ? shown.at(-1)!.RoleName : undefined,
    };
  },

  async DeleteRole({ RoleName }, context) {
    if (RoleName.toLowerCase() === homeRole.toLowerCase())
      throw new Fault("UnmodifiableEntity", `Role ${homeRole} comes with every home and cannot be deleted.`);
    const key = keyOf(context, RoleName);
    return againOnConflict(context, async () => {
      const document = await roleKind.find(context, key);
      if (!document) throw noSuchRole(RoleName);
      await context.resources.write([{ delete: key, expected: document.version }]);
      return {};
    });
  },
});

const noSuchRole = (name: string) =>
  new Fault("NoSuchEntity", `The role with name ${name} cannot be found.`, { status: 404 });

async function findRole(context: Context, name: string): Promise<RoleFacts> {
  const document = await roleKind.find(context, keyOf(context, name));
  if (document) return factsOf(document);
  if (name.toLowerCase() === homeRole.toLowerCase()) return unmadeRole(homeRole);
  if (context.settings.roles === "any") return unmadeRole(name);
  throw noSuchRole(name);
}

const factsOf = ({ id, created, wanted }: ResourceDocument<WantedRole, Nothing>): RoleFacts => ({
  ...wanted,
  RoleId: idOfName(id),
  created,
});

/**
 * A role without a document, usable under the setting `roles: any`. The same name always gives the same role. The
 * SageMaker console makes its roles under /service-role/, and the SDKs build their ARNs so.
 */
const unmadeRole = (name: string): RoleFacts => ({
  RoleName: name,
  Path: name.startsWith("AmazonSageMaker-ExecutionRole-") ? "/service-role/" : "/",
  AssumeRolePolicyDocument: sagemakerTrust,
  MaxSessionDuration: defaultSessionSeconds,
  Tags: [],
  RoleId: idOfName(name),
  created: 0,
});

const present = (context: Context, { created, ...facts }: RoleFacts) => ({
  ...facts,
  Tags: facts.Tags.length ? [...facts.Tags] : undefined,
  Arn: roleKind.arn(keyOf(context, facts.RoleName), { Path: facts.Path, RoleName: facts.RoleName }),
  // IAM gives policies URL-encoded (RFC 3986).
  AssumeRolePolicyDocument: encodeURIComponent(facts.AssumeRolePolicyDocument).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  ),
  CreateDate: new Date(created),
  RoleLastUsed: {},
});
