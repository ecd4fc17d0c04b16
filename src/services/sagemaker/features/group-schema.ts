import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import type { FeatureDefinition } from "./feature-definition.ts";
import { featureGroup } from "./feature-group.ts";
import type { FeatureGroupDocument } from "./feature-group-state.ts";
import { type TtlDuration, ttlMilliseconds } from "./time-to-live.ts";

/** What reads and writes of records need of a group, made once for each version of its document. */
export interface GroupSchema {
  readonly id: string;
  readonly name: string;
  readonly definitions: ReadonlyMap<string, FeatureDefinition>;
  readonly identifier: FeatureDefinition;
  readonly eventTime: FeatureDefinition;
  readonly online: boolean;
  readonly offline: boolean;
  readonly storageType: string;
  /** Of records that name none; undefined where they live for ever. */
  readonly ttlMilliseconds: number | undefined;
}

function schemaOf(stored: ResourceDocument): GroupSchema {
  const { id, wanted, actual } = featureGroup.read(stored) as FeatureGroupDocument;
  const definitions = new Map(
    (wanted.FeatureDefinitions as readonly FeatureDefinition[]).map((one) => [one.FeatureName!, one]),
  );
  return {
    id,
    name: wanted.FeatureGroupName!,
    definitions,
    identifier: definitions.get(wanted.RecordIdentifierFeatureName!)!,
    eventTime: definitions.get(wanted.EventTimeFeatureName!)!,
    online: wanted.OnlineStoreConfig?.EnableOnlineStore ?? false,
    offline: actual.offline !== undefined,
    storageType: wanted.OnlineStoreConfig?.StorageType ?? "Standard",
    ttlMilliseconds: ttlMilliseconds(wanted.OnlineStoreConfig?.TtlDuration as TtlDuration | undefined),
  };
}

/**
 * Returns the schema of the group that a request names, at once where the group is known.
 * @throws Fault when there is none, or it has no records yet or any more
 */
export function findSchema(context: Context, named: string): GroupSchema | Promise<GroupSchema> {
  const key = featureGroup.keyOf(context, named);
  if (key.account !== context.account || key.region !== context.region) throw notFound(named);
  const found = context.cache.get(key);
  const open = (document: ResourceDocument | undefined) => schemaIn(context, document, named);
  return found instanceof Promise ? found.then(open) : open(found);
}

function schemaIn({ derivations }: Context, document: ResourceDocument | undefined, named: string): GroupSchema {
  if (!document || document.status === "Deleting") throw notFound(named);
  if (document.status === "Creating" || document.status === "CreateFailed")
    throw new Fault(
      "ValidationError",
      `FeatureGroup ${named} has the status ${document.status}: it takes records when it is Created.`,
    );
  return derivations.of(document, schemaOf);
}

const notFound = (named: string): Fault =>
  new Fault(
    "ResourceNotFound",
    `Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name ${named.split("/").at(-1)}`,
    { status: 404 },
  );
