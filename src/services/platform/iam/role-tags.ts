import { Fault } from "../../../aws/faults.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { listPage, type PageMembers } from "../../../frame/list-page.ts";
import { checkRoleTags, type RoleTag } from "./check-role-tags.ts";
import { findRole, onRole, roleKind } from "./role.ts";

const page: PageMembers = { limit: "MaxItems", token: "Marker", size: 100 };
const mostTags = 50;
const lower = (key: string) => key.toLowerCase();

/** Tags of roles. A role has one of each key, whatever its case; the case is the one that was given last. */
export const roleTags = defineOperations(
  "iam",
  { TagRole: onRole("TagRole"), UntagRole: onRole("UntagRole"), ListRoleTags: onRole("ListRoleTags") },
  {
    async TagRole({ RoleName, Tags }, context) {
      checkRoleTags(Tags);
      await changeTags(context, RoleName, (present) => {
        const given = Tags.map(({ Key, Value }): [string, RoleTag] => [lower(Key!), { Key: Key!, Value: Value! }]);
        const merged = new Map([...present.map((tag): [string, RoleTag] => [lower(tag.Key), tag]), ...given]);
        if (merged.size > mostTags)
          throw new Fault("LimitExceeded", `Cannot exceed quota for TagsPerRole: ${mostTags}`, { status: 409 });
        return [...merged.values()];
      });
      return {};
    },

    async UntagRole({ RoleName, TagKeys }, context) {
      const gone = new Set(TagKeys.map(lower));
      await changeTags(context, RoleName, (present) => present.filter(({ Key }) => !gone.has(lower(Key))));
      return {};
    },

    /** Tags are listed by their keys, so a marker is a key. */
    async ListRoleTags(input, context) {
      const { Tags } = await findRole(context, input.RoleName);
      const sorted = Tags.toSorted((one, other) => (lower(one.Key) < lower(other.Key) ? -1 : 1));
      const { shown, next } = await listPage(page, input, async ({ after, limit }) => {
        const left = after === undefined ? sorted : sorted.filter(({ Key }) => lower(Key) > lower(after));
        const shown = left.slice(0, limit);
        return { shown, next: shown.length < left.length ? shown.at(-1)!.Key : undefined };
      });
      return { Tags: shown, IsTruncated: next !== undefined, Marker: next };
    },
  },
);

const changeTags = (context: Context, name: string, change: (present: readonly RoleTag[]) => readonly RoleTag[]) =>
  againOnConflict(context, async () => {
    const document = await roleKind.find(context, roleKind.key(context, { RoleName: name }));
    if (!document) {
      // Refuses a role that does not exist; one that needs no document has nothing that could be written.
      const { RoleName } = await findRole(context, name);
      throw new Fault("UnmodifiableEntity", `Role ${RoleName} was not made by CreateRole and cannot be tagged.`);
    }
    const wanted = { ...document.wanted, Tags: change(document.wanted.Tags) };
    await context.resources.write([await roleKind.put(context, { ...document, wanted })]);
  });
