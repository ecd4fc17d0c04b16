import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineKind, type Nothing } from "../../../frame/define-kind.ts";
import { defineResourceOf } from "../../../frame/define-resource.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import { listPage, type PageMembers } from "../../../frame/list-page.ts";
import { type Refusals, refusalsOf } from "../../../frame/not-built.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import { checkRoleTags, type RoleTag } from "./check-role-tags.ts";
import { idOfName } from "./role-id.ts";
import { checkTrustPolicy, sagemakerTrust } from "./trust-policy.ts";

const { refuseMembers }: Refusals = refusalsOf("iam");

const page: PageMembers = { limit: "MaxItems", token: "Marker", size: 100 };
const defaultSessionSeconds = 3600;

export interface WantedRole {
  readonly RoleName: string;
  readonly Path: string;
  readonly AssumeRolePolicyDocument: string;
  readonly Description?: string;
  readonly MaxSessionDuration: number;
  readonly Tags: readonly RoleTag[];
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
  listedBy: "ListRoles",
  labels: { path: ({ wanted }) => wanted.Path, name: ({ wanted }) => wanted.RoleName },
});

/** A request for an existing role does not name its path, and no grant names a role by its path. */
export const onRole =
  (action: string) =>
  (
    { RoleName = "*", Path = "/" }: { readonly RoleName?: string | undefined; readonly Path?: string | undefined },
    place: Place,
  ) => [{ action: `iam:${action}`, resource: arnOf(place, Path, RoleName) }];

export const role = defineResourceOf(roleKind, {
  service: "iam",
  // For DeleteRole alone. Operations that read a role find the home's role without a document.
  missing: ({ name }) => (isHomeRole(name) ? comesWithHome() : noSuchRole(name)),
  existing: ({ name }) => alreadyExists(name),
  permissions: {
    CreateRole: onRole("CreateRole"),
    GetRole: onRole("GetRole"),
    DeleteRole: onRole("DeleteRole"),
    ListRoles: () => [{ action: "iam:ListRoles", resource: "*" }],
  },

  create: {
    operation: "CreateRole",
    async begin(input, context) {
      refuseMembers(context, input, "", ["PermissionsBoundary"]);
      checkTrustPolicy(input.AssumeRolePolicyDocument);
      checkRoleTags(input.Tags ?? []);
      if (isHomeRole(input.RoleName)) throw alreadyExists(input.RoleName);
      const wanted: WantedRole = {
        RoleName: input.RoleName,
        Path: input.Path ?? "/",
        AssumeRolePolicyDocument: input.AssumeRolePolicyDocument,
        Description: input.Description,
        MaxSessionDuration: input.MaxSessionDuration ?? defaultSessionSeconds,
        Tags: (input.Tags ?? []).map(({ Key, Value }) => ({ Key: Key!, Value: Value! })),
      };
      return { wanted, actual: {} };
    },
    output: (_arn, document) => ({ Role: present(document.key, factsOf(document)) }),
  },

  delete: { operation: "DeleteRole" },

  operations: {
    /** The home's role has no document, so a role is found here and not by the frame. */
    async GetRole({ RoleName }, context) {
      return { Role: present(context, await findRole(context, RoleName)) };
    },

    /** The home's role has no document; its name puts it among the others, so a marker is the name of a role. */
    async ListRoles(input, context) {
      const { PathPrefix = "/" } = input;
      const { shown, next } = await listPage(page, input, async ({ after = "", limit }) => {
        const { documents } = await context.resources.list(roleKind.name, {
          account: context.account,
          region: "-",
          labels: { path: { from: PathPrefix, before: `${PathPrefix}\uffff` }, name: { after } },
          sort: { by: "label:name" },
          limit: limit + 1,
        });
        const roles = documents.map(roleKind.read).map(factsOf);
        const own = unmadeRole(homeRole);
        if (own.Path.startsWith(PathPrefix) && own.RoleName > after) {
          roles.push(own);
          roles.sort((a, b) => (a.RoleName < b.RoleName ? -1 : 1));
        }
        const shown = roles.slice(0, limit);
        return { shown, next: shown.length < roles.length ? shown.at(-1)!.RoleName : undefined };
      });
      return { Roles: shown.map((facts) => present(context, facts)), IsTruncated: next !== undefined, Marker: next };
    },
  },
});

export const isHomeRole = (name: string) => name.toLowerCase() === homeRole.toLowerCase();

const alreadyExists = (name: string) =>
  new Fault("EntityAlreadyExists", `Role with name ${name} already exists.`, { status: 409 });

const comesWithHome = () =>
  new Fault("UnmodifiableEntity", `Role ${homeRole} comes with every home and cannot be deleted.`);

export const noSuchRole = (name: string) =>
  new Fault("NoSuchEntity", `The role with name ${name} cannot be found.`, { status: 404 });

export async function findRole(context: Context, name: string): Promise<RoleFacts> {
  const document = await roleKind.find(context, roleKind.key(context, { RoleName: name }));
  if (document) return factsOf(document);
  if (isHomeRole(name)) return unmadeRole(homeRole);
  if (context.settings.roles === "any") return unmadeRole(name);
  throw noSuchRole(name);
}

const factsOf = ({ id, created, wanted }: ResourceDocument<WantedRole, Nothing>): RoleFacts => ({
  ...wanted,
  RoleId: idOfName(id),
  created,
});

/**
 * Returns a role without a document, usable under the setting `roles: any`. The same name always gives the same role.
 * The SageMaker console makes its roles under /service-role/, and the SDKs build their ARNs so.
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

/** A role's ARN keeps the case in which the role was made; its key is in lower case. */
const arnOf = (place: Place, Path: string, RoleName: string): string =>
  roleKind.arn(roleKind.key(place, { RoleName }), { Path, RoleName });

const present = (place: Place, { created, ...facts }: RoleFacts) => ({
  ...facts,
  Tags: facts.Tags.length ? [...facts.Tags] : undefined,
  Arn: arnOf(place, facts.Path, facts.RoleName),
  // IAM gives policies URL-encoded (RFC 3986).
  AssumeRolePolicyDocument: encodeURIComponent(facts.AssumeRolePolicyDocument).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  ),
  CreateDate: new Date(created),
  RoleLastUsed: {},
});
