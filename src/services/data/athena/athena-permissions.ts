import type { Place } from "../../../frame/kind-naming.ts";
import type { Permission } from "../../../frame/permissions.ts";

interface Asked {
  readonly WorkGroup?: string | undefined;
}

/** The work group that a request is made in, which is what Athena's permissions name. */
export const onWorkGroup =
  (operation: string) =>
  ({ WorkGroup = "primary" }: Asked, { account, region }: Place): readonly Permission[] => [
    { action: `athena:${operation}`, resource: `arn:aws:athena:${region}:${account}:workgroup/${WorkGroup}` },
  ];

/** A thing that is found by an id, in a work group that only the handler knows. */
export const onAnyWorkGroup =
  (operation: string) =>
  (_: unknown, { account, region }: Place): readonly Permission[] => [
    { action: `athena:${operation}`, resource: `arn:aws:athena:${region}:${account}:workgroup/*` },
  ];

export const onCatalog =
  (operation: string) =>
  (
    { CatalogName, Name = "AwsDataCatalog" }: { readonly CatalogName?: string; readonly Name?: string },
    { account, region }: Place,
  ): readonly Permission[] => [
    {
      action: `athena:${operation}`,
      resource: `arn:aws:athena:${region}:${account}:datacatalog/${CatalogName ?? Name}`,
    },
  ];
