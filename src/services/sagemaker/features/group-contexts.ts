import type { Context } from "../../../frame/context.ts";
import { loadKind } from "../../../frame/define-kind.ts";
import type { ResourceChange } from "../../../stores/resources/port.ts";
import { userContext } from "../user-context.ts";

/** What the names of a group's contexts end with, and their types. */
const made = {
  "feature-group-pipeline": "FeatureGroupPipeline",
  "feature-group-pipeline-version": "FeatureGroupPipelineVersion",
};

/**
 * Returns the changes that write the two contexts of lineage of a new group. Clients load them by their names and make
 * none, so they are there as soon as the group is.
 */
export async function contextChanges(
  context: Context,
  group: { readonly name: string; readonly arn: string; readonly created: number },
): Promise<readonly ResourceChange[]> {
  const kind = await loadKind(context.kinds.named("sagemaker/context")!);
  const by = userContext(context);
  const { name, arn, created } = group;
  return Promise.all(
    Object.entries(made).map(([end, ContextType]) => {
      const ContextName = `${name}-${Math.floor(created / 1000)}-${end}`;
      return kind.put(context, {
        key: kind.key(context, { ContextName }),
        id: context.ids.ulid(),
        origin: context.origin,
        ...{ created, modified: created },
        wanted: { ContextName, Source: { SourceUri: arn }, ContextType, Tags: [] },
        actual: { createdBy: by, lastModifiedBy: by },
      });
    }),
  );
}
