import { Fault, validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { Kind } from "../../../frame/define-kind.ts";
import { listPage } from "../../../frame/list-page.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import type { TargetNames } from "./scaling-kinds.ts";

const page = {
  size: 50,
  invalidToken: () => new Fault("InvalidNextTokenException", "The next token is not valid."),
};

interface Asked {
  readonly ServiceNamespace: TargetNames["ServiceNamespace"];
  readonly ResourceId?: string | undefined;
  readonly ScalableDimension?: TargetNames["ScalableDimension"] | undefined;
  readonly MaxResults?: number | undefined;
}

/** Lists documents that belong to scalable targets, by the members that all lists of the service share. */
export async function listScaling<Wanted, Actual>(
  context: Context,
  kind: Kind<Wanted, Actual>,
  input: Asked,
): Promise<{ documents: ResourceDocument<Wanted, Actual>[]; next: string | undefined }> {
  const { ServiceNamespace, ResourceId, ScalableDimension } = input;
  if (ScalableDimension !== undefined && ScalableDimension.split(":")[0] !== ServiceNamespace)
    throw validationFault("Unsupported service namespace, resource type or scalable dimension");
  const { documents, next } = await listPage(page, input, (asked) =>
    context.resources.list(kind.name, {
      account: context.account,
      region: context.region,
      labels: { namespace: ServiceNamespace, resource: ResourceId, dimension: ScalableDimension },
      sort: { by: "created" },
      ...asked,
    }),
  );
  return { documents: documents.map(kind.read), next };
}
