import { Fault, validationFault } from "../../../aws/faults.ts";
import { defineResource } from "../../../frame/define-resource.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { checkExecutionRole } from "../execution-role.ts";

export interface ImageState {
  /** The number of the newest version; a number is never used again. */
  readonly lastVersion: number;
  /** The version that each alias names. */
  readonly aliases: Readonly<Record<string, number>>;
}

export type ImageDocument = ResourceDocument<
  InputOf<typeof import("@aws-sdk/client-sagemaker"), "CreateImage">,
  ImageState
>;

/** A container image of apps by name. Its document counts its versions and keeps their aliases. */
export const image = defineResource({
  service: "sagemaker",
  kind: "image",
  arn: "image/{ImageName}",
  title: "Image",
  tags: true,
  statuses: { CREATED: { final: true, tone: "good" } },
  missing: ({ arn }) => new Fault("ResourceNotFound", `Image ${arn} does not exist.`),
  existing: ({ arn }) => new Fault("ResourceInUse", `Image ${arn} already exists.`),
  create: {
    operation: "CreateImage",
    async begin({ RoleArn }, context) {
      await checkExecutionRole(context, RoleArn);
      const actual: ImageState = { lastVersion: 0, aliases: {} };
      return { status: "CREATED", actual };
    },
    output: (ImageArn) => ({ ImageArn }),
  },
  describe: {
    operation: "DescribeImage",
    output: ({ wanted, created, modified }, ImageArn) => ({
      CreationTime: new Date(created),
      Description: wanted.Description,
      DisplayName: wanted.DisplayName,
      ImageArn,
      ImageName: wanted.ImageName,
      ImageStatus: "CREATED" as const,
      LastModifiedTime: new Date(modified),
      RoleArn: wanted.RoleArn,
    }),
  },
  list: {
    operation: "ListImages",
    member: "Images",
    descending: true,
    sorts: { CREATION_TIME: "created", LAST_MODIFIED_TIME: "modified", IMAGE_NAME: "name" },
    summary: ({ wanted, created, modified }, ImageArn) => ({
      CreationTime: new Date(created),
      Description: wanted.Description,
      DisplayName: wanted.DisplayName,
      ImageArn,
      ImageName: wanted.ImageName!,
      ImageStatus: "CREATED" as const,
      LastModifiedTime: new Date(modified),
    }),
  },
  update: {
    operation: "UpdateImage",
    async change({ wanted }, { DeleteProperties = [], ...given }, context) {
      if (given.RoleArn !== undefined) await checkExecutionRole(context, given.RoleArn);
      const removable = ["Description", "DisplayName"];
      const other = DeleteProperties.find((name) => !removable.includes(name));
      if (other !== undefined)
        throw validationFault(`DeleteProperties names "${other}"; ${removable.join(" and ")} can be deleted.`);
      const both = DeleteProperties.find((name) => given[name as "Description"] !== undefined);
      if (both !== undefined) throw validationFault(`${both} is given, and named in DeleteProperties as well.`);
      return {
        wanted: {
          ...wanted,
          RoleArn: given.RoleArn ?? wanted.RoleArn,
          Description: DeleteProperties.includes("Description") ? undefined : (given.Description ?? wanted.Description),
          DisplayName: DeleteProperties.includes("DisplayName") ? undefined : (given.DisplayName ?? wanted.DisplayName),
        },
      };
    },
    output: (ImageArn) => ({ ImageArn }),
  },
  delete: { operation: "DeleteImage" },
});
