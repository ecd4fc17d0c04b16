import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { createIdempotency } from "../../../frame/idempotency.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import { invalidRequest } from "./athena-faults.ts";
import { namedQueryKind, type WantedNamedQuery } from "./athena-kinds.ts";
import { listAthena } from "./athena-page.ts";
import { onAnyWorkGroup, onWorkGroup } from "./athena-permissions.ts";
import { findWorkGroup } from "./work-group.ts";

const tokens = createIdempotency(namedQueryKind.name, "ClientRequestToken", (message) => invalidRequest(message));
const keyOf = (context: Context, NamedQueryId: string) => namedQueryKind.key(context, { NamedQueryId });
const notFoundWords = (id: string) => `NamedQuery ${id} was not found`;

type NamedQueryDocument = ResourceDocument<WantedNamedQuery>;

async function findNamed(context: Context, id: string): Promise<NamedQueryDocument> {
  const found = await namedQueryKind.find(context, keyOf(context, id));
  if (!found) throw invalidRequest(notFoundWords(id));
  return found;
}

const shown = ({ key, wanted }: NamedQueryDocument) => ({ ...wanted, NamedQueryId: key.name });

/** Queries that users keep under a name, to be run by whoever reads them. */
export const namedQuery = defineOperations(
  "athena",
  {
    CreateNamedQuery: onWorkGroup("CreateNamedQuery"),
    GetNamedQuery: onAnyWorkGroup("GetNamedQuery"),
    BatchGetNamedQuery: onAnyWorkGroup("BatchGetNamedQuery"),
    UpdateNamedQuery: onAnyWorkGroup("UpdateNamedQuery"),
    DeleteNamedQuery: onAnyWorkGroup("DeleteNamedQuery"),
    ListNamedQueries: onWorkGroup("ListNamedQueries"),
  },
  {
    async CreateNamedQuery(input, context) {
      const made = await tokens.find(context, input);
      if (made) return { NamedQueryId: made.key.name };
      const { ClientRequestToken: _, WorkGroup, ...rest } = input;
      const { wanted } = await findWorkGroup(context, WorkGroup);
      const NamedQueryId = context.ids.uuid();
      const key = keyOf(context, NamedQueryId);
      const [id, now] = [context.ids.ulid(), context.clock.now()];
      const change = await namedQueryKind.put(context, {
        ...{ key, id, origin: context.origin, created: now, modified: now },
        ...{ wanted: { ...rest, WorkGroup: wanted.Name }, actual: {} },
      });
      await context.resources.write([change, ...(await tokens.changes(context, input, { key, id }))]);
      return { NamedQueryId };
    },

    async GetNamedQuery({ NamedQueryId }, context) {
      return { NamedQuery: shown(await findNamed(context, NamedQueryId)) };
    },

    async BatchGetNamedQuery({ NamedQueryIds }, context) {
      const found = await Promise.all(
        NamedQueryIds.map(async (id) => [id, await namedQueryKind.find(context, keyOf(context, id))] as const),
      );
      return {
        NamedQueries: found.flatMap(([, one]) => (one ? [shown(one)] : [])),
        UnprocessedNamedQueryIds: found.flatMap(([NamedQueryId, one]) =>
          one ? [] : [{ NamedQueryId, ErrorCode: "INVALID_INPUT", ErrorMessage: notFoundWords(NamedQueryId) }],
        ),
      };
    },

    async UpdateNamedQuery({ NamedQueryId, Name, Description, QueryString }, context) {
      await againOnConflict(context, async () => {
        const found = await findNamed(context, NamedQueryId);
        const wanted = { ...found.wanted, Name, QueryString, ...(Description !== undefined && { Description }) };
        const change = await namedQueryKind.put(context, {
          ...(found as ResourceDocument<WantedNamedQuery, Record<string, never>>),
          ...{ wanted, modified: context.clock.now() },
        });
        await context.resources.write([change]);
      });
      return {};
    },

    async DeleteNamedQuery({ NamedQueryId = "" }, context) {
      await againOnConflict(context, async () => {
        const found = await findNamed(context, NamedQueryId);
        await context.resources.write([{ delete: found.key, expected: found.version }]);
      });
      return {};
    },

    async ListNamedQueries(input, context) {
      const { wanted } = await findWorkGroup(context, input.WorkGroup);
      const labels = { workgroup: wanted.Name };
      const { documents, next } = await listAthena(context, namedQueryKind, input, { labels });
      return { NamedQueryIds: documents.map(({ key }) => key.name), NextToken: next };
    },
  },
);
