import type { Context } from "../../../frame/context.ts";
import { invalidInput, notBuilt } from "./glue-faults.ts";
import type { OptimizerConfiguration, OptimizerType } from "./table-optimizer-kind.ts";

/** The configuration that belongs to each type. */
const own = {
  compaction: "compactionConfiguration",
  retention: "retentionConfiguration",
  orphan_file_deletion: "orphanFileDeletionConfiguration",
} as const;

/** Checks what an optimizer is to do. @throws Fault for what is wrong, and for what is not built */
export function checkOptimizer(
  context: Context,
  type: OptimizerType,
  configuration: OptimizerConfiguration,
  tableLocation: string | undefined,
): void {
  const { compactionConfiguration, enabled, roleArn } = configuration;
  if (roleArn === undefined) throw invalidInput("TableOptimizerConfiguration.roleArn is missing.");
  if (enabled === undefined) throw invalidInput("TableOptimizerConfiguration.enabled is missing: true or false.");
  // Refuses the role of another account.
  context.as(roleArn);
  for (const [other, member] of Object.entries(own))
    if (other !== type && configuration[member] !== undefined)
      throw invalidInput(`${member} is not for an optimizer of the type ${type}; it has ${own[type]}.`);

  const {
    deleteFileThreshold,
    minInputFiles,
    strategy = "binpack",
  } = compactionConfiguration?.icebergConfiguration ?? {};
  if (strategy !== "binpack") throw notBuilt(context, `strategy ${strategy}`, "use binpack");
  const instead = (property: string) => `leave it out, and set the property ${property} of the table`;
  if (minInputFiles !== undefined)
    throw notBuilt(context, "minInputFiles", instead("optimize_rewrite_data_file_threshold"));
  if (deleteFileThreshold !== undefined)
    throw notBuilt(context, "deleteFileThreshold", instead("optimize_rewrite_delete_file_threshold"));

  const retention = configuration.retentionConfiguration?.icebergConfiguration;
  const orphans = configuration.orphanFileDeletionConfiguration?.icebergConfiguration;
  for (const { runRateInHours } of [retention ?? {}, orphans ?? {}])
    if (runRateInHours !== undefined && !(runRateInHours >= 3 && runRateInHours <= 168))
      throw invalidInput(`runRateInHours ${runRateInHours} must be from 3 to 168.`);
  const least = {
    snapshotRetentionPeriodInDays: retention?.snapshotRetentionPeriodInDays,
    numberOfSnapshotsToRetain: retention?.numberOfSnapshotsToRetain,
    orphanFileRetentionPeriodInDays: orphans?.orphanFileRetentionPeriodInDays,
  };
  for (const [member, value] of Object.entries(least))
    if (value !== undefined && value < 1) throw invalidInput(`${member} ${value} must be 1 or more.`);
  const folder = `${(tableLocation ?? "").replace(/\/+$/, "")}/`;
  if (orphans?.location !== undefined && !`${orphans.location}/`.startsWith(folder))
    throw invalidInput(`location ${orphans.location} is not below that of the table, ${folder}.`);
}
