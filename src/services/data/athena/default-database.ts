import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";

/** The database of statements that name none. */
export const defaultDatabase = "default";

/** Makes the database `default` where an account does not have it yet, as Hive and Athena do when they are first used. */
export async function keepDefaultDatabase(context: Context): Promise<void> {
  const service = context.asService();
  const isMissing = await service.call("glue", "GetDatabase", { Name: defaultDatabase }).then(
    () => false,
    (error) => {
      if (error instanceof Fault && error.code === "EntityNotFoundException") return true;
      throw error;
    },
  );
  if (!isMissing) return;
  const DatabaseInput = { Name: defaultDatabase, Description: "Default Hive database" };
  await service.call("glue", "CreateDatabase", { DatabaseInput }).catch((error) => {
    // Another query has made it in the meantime.
    if (!(error instanceof Fault && error.code === "AlreadyExistsException")) throw error;
  });
}
