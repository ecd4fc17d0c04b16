import { Fault } from "../../../aws/faults.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import { invalidRequest } from "./athena-faults.ts";
import { preparedKind, type WantedPrepared } from "./athena-kinds.ts";
import { listAthena } from "./athena-page.ts";
import { onWorkGroup } from "./athena-permissions.ts";
import { readStatement } from "./read-statement.ts";
import { findWorkGroup } from "./work-group.ts";

type PreparedDocument = ResourceDocument<WantedPrepared, Record<string, never>>;

const keyOf = (context: Context, WorkGroup: string, StatementName: string) =>
  preparedKind.key(context, { WorkGroup, StatementName });

/** @throws Fault when the work group has none of that name */
export async function findPrepared(context: Context, group: string, name: string): Promise<PreparedDocument> {
  const found = await preparedKind.find(context, keyOf(context, group, name));
  if (found) return found;
  throw new Fault("ResourceNotFoundException", `PreparedStatement ${name} was not found in workGroup ${group}`, {
    members: { ResourceName: name },
  });
}

/** A work group has so many prepared statements. */
const mostStatements = 1000;

async function checkRoom({ account, region, resources }: Context, workgroup: string): Promise<void> {
  const { documents } = await resources.list(preparedKind.name, {
    ...{ account, region, labels: { workgroup }, limit: mostStatements },
  });
  if (documents.length === mostStatements)
    throw invalidRequest(
      `WorkGroup ${workgroup} has ${mostStatements} prepared statements, and may not have more: delete one first.`,
    );
}

/** Makes a prepared statement, or writes it anew. */
export async function putPrepared(context: Context, wanted: WantedPrepared, replaces: boolean): Promise<void> {
  readStatement(wanted.QueryStatement);
  await againOnConflict(context, async () => {
    const key = keyOf(context, wanted.WorkGroup, wanted.StatementName);
    const found = await preparedKind.find(context, key);
    if (found && !replaces)
      throw invalidRequest(`PreparedStatement ${wanted.StatementName} already exists in WorkGroup ${wanted.WorkGroup}`);
    if (!found) await checkRoom(context, wanted.WorkGroup);
    const now = context.clock.now();
    const before = found ?? { key, id: context.ids.ulid(), origin: context.origin, created: now, actual: {} };
    await context.resources.write([await preparedKind.put(context, { ...before, modified: now, wanted })]);
  });
}

export async function dropPrepared(context: Context, group: string, name: string): Promise<void> {
  await againOnConflict(context, async () => {
    const found = await findPrepared(context, group, name);
    await context.resources.write([{ delete: found.key, expected: found.version }]);
  });
}

/** So many are read by one request. */
const mostAtOnce = 256;

const shown = ({ wanted, modified }: PreparedDocument) => ({
  ...{ StatementName: wanted.StatementName, QueryStatement: wanted.QueryStatement, WorkGroupName: wanted.WorkGroup },
  ...{ Description: wanted.Description, LastModifiedTime: new Date(modified) },
});

export const preparedStatement = defineOperations(
  "athena",
  {
    CreatePreparedStatement: onWorkGroup("CreatePreparedStatement"),
    GetPreparedStatement: onWorkGroup("GetPreparedStatement"),
    BatchGetPreparedStatement: onWorkGroup("BatchGetPreparedStatement"),
    UpdatePreparedStatement: onWorkGroup("UpdatePreparedStatement"),
    DeletePreparedStatement: onWorkGroup("DeletePreparedStatement"),
    ListPreparedStatements: onWorkGroup("ListPreparedStatements"),
  },
  {
    async CreatePreparedStatement({ WorkGroup, ...statement }, context) {
      await findWorkGroup(context, WorkGroup);
      await putPrepared(context, { ...statement, WorkGroup }, false);
      return {};
    },

    async GetPreparedStatement({ StatementName, WorkGroup }, context) {
      await findWorkGroup(context, WorkGroup);
      return { PreparedStatement: shown(await findPrepared(context, WorkGroup, StatementName)) };
    },

    async BatchGetPreparedStatement({ PreparedStatementNames, WorkGroup }, context) {
      if (PreparedStatementNames.length > mostAtOnce)
        throw invalidRequest(
          `PreparedStatementNames has ${PreparedStatementNames.length} names; it may have ${mostAtOnce}.`,
        );
      await findWorkGroup(context, WorkGroup);
      const found = await Promise.all(
        PreparedStatementNames.map(
          async (name) => [name, await preparedKind.find(context, keyOf(context, WorkGroup, name))] as const,
        ),
      );
      return {
        PreparedStatements: found.flatMap(([, one]) => (one ? [shown(one)] : [])),
        UnprocessedPreparedStatementNames: found.flatMap(([StatementName, one]) =>
          one
            ? []
            : [
                {
                  ...{ StatementName, ErrorCode: "STATEMENT_NOT_FOUND" },
                  ErrorMessage: `PreparedStatement ${StatementName} was not found in workGroup ${WorkGroup}`,
                },
              ],
        ),
      };
    },

    async UpdatePreparedStatement({ WorkGroup, ...statement }, context) {
      await findWorkGroup(context, WorkGroup);
      const { wanted } = await findPrepared(context, WorkGroup, statement.StatementName);
      await putPrepared(context, { ...wanted, ...statement, WorkGroup }, true);
      return {};
    },

    async DeletePreparedStatement({ StatementName, WorkGroup }, context) {
      await findWorkGroup(context, WorkGroup);
      await dropPrepared(context, WorkGroup, StatementName);
      return {};
    },

    async ListPreparedStatements(input, context) {
      await findWorkGroup(context, input.WorkGroup);
      const query = { labels: { workgroup: input.WorkGroup }, sort: { by: "name" as const } };
      const { documents, next } = await listAthena(context, preparedKind, input, query);
      return {
        PreparedStatements: documents.map(({ wanted, modified }) => ({
          ...{ StatementName: wanted.StatementName, LastModifiedTime: new Date(modified) },
        })),
        NextToken: next,
      };
    },
  },
);
