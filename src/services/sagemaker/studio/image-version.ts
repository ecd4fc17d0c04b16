import { Fault, validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { parentText } from "../../../frame/define-kind.ts";
import { defineResource } from "../../../frame/define-resource.ts";
import type { Permission, PermissionsOf } from "../../../frame/permissions.ts";
import { type ImageDocument, type ImageState, image } from "./image.ts";

interface VersionState {
  readonly version: number;
  readonly imageArn: string;
}

/** A version of an image, found by its number, by an alias, or as the newest one. */
export const imageVersion = defineResource({
  service: "sagemaker",
  kind: "image-version",
  arn: "image-version/{ImageName}/{Version}",
  title: "Image version",
  parent: { kind: "sagemaker/image", deletion: "takes children" },
  statuses: { CREATED: { final: true, tone: "good" } },
  missing: ({ arn }) => new Fault("ResourceNotFound", `ImageVersion ${arn} does not exist.`),
  create: {
    operation: "CreateImageVersion",
    token: "ClientToken",
    async begin({ ImageName, Aliases = [] }, context) {
      const of = await image.get(context, ImageName!);
      const version = of.actual.lastVersion + 1;
      const counted = { ...of, actual: withAliases({ ...of.actual, lastVersion: version }, version, Aliases) };
      const actual: VersionState = { version, imageArn: image.arn(of.key) };
      return {
        status: "CREATED",
        variables: { ImageName: ImageName!, Version: String(version) },
        parent: of,
        actual,
        changes: [await image.put(context, counted)],
      };
    },
    output: (ImageVersionArn) => ({ ImageVersionArn }),
  },
  labels: { version: ({ actual }) => actual.version },
  describe: {
    operation: "DescribeImageVersion",
    async complete(input, context) {
      const { Version = input.Alias === undefined ? await newest(input.ImageName!, context) : undefined } = input;
      return byNumber({ ...input, Version }, context);
    },
    output: ({ wanted, actual, created, modified }, ImageVersionArn) => ({
      BaseImage: wanted.BaseImage,
      ContainerImage: wanted.BaseImage,
      CreationTime: new Date(created),
      ImageArn: actual.imageArn,
      ImageVersionArn,
      ImageVersionStatus: "CREATED" as const,
      LastModifiedTime: new Date(modified),
      Version: actual.version,
      ...describedMembers(wanted),
    }),
  },
  list: {
    operation: "ListImageVersions",
    member: "ImageVersions",
    descending: true,
    within: async ({ ImageName }, context) => ({ parent: parentText((await image.get(context, ImageName!)).key) }),
    filters: { ImageName: () => undefined },
    sorts: { CREATION_TIME: "created", LAST_MODIFIED_TIME: "modified", VERSION: "label:version" },
    summary: ({ actual, created, modified }, ImageVersionArn) => ({
      CreationTime: new Date(created),
      ImageArn: actual.imageArn,
      ImageVersionArn,
      ImageVersionStatus: "CREATED" as const,
      LastModifiedTime: new Date(modified),
      Version: actual.version,
    }),
  },
  update: {
    operation: "UpdateImageVersion",
    complete: byNumber,
    async change({ wanted, actual }, { ImageName, AliasesToAdd = [], AliasesToDelete = [], ...given }, context) {
      const of = await image.get(context, ImageName!);
      const left = withoutAliases(of.actual, actual.version, AliasesToDelete);
      const named = { ...of, actual: withAliases(left, actual.version, AliasesToAdd) };
      return {
        wanted: { ...wanted, ...describedMembers(wanted), ...describedMembers(given) },
        changes: [await image.put(context, named)],
      };
    },
    output: (ImageVersionArn) => ({ ImageVersionArn }),
  },
  delete: {
    operation: "DeleteImageVersion",
    complete: byNumber,
    async begin({ actual }, context, { ImageName }) {
      const of = await image.get(context, ImageName!);
      const kept = withoutAliases(of.actual, actual.version, aliasesOf(of, actual.version));
      return { changes: [await image.put(context, { ...of, actual: kept })] };
    },
  },
  permissions: {
    CreateImageVersion: onImage("CreateImageVersion"),
    ListAliases: (input, place): readonly Permission[] => [
      ...onImage("ListAliases")(input, place),
      { action: "sagemaker:ListAliases", resource: imageVersion.pattern(place, input) },
    ],
    ListImageVersions: onImage("ListImageVersions"),
  },
  operations: {
    async ListAliases({ ImageName, Alias, Version, MaxResults = 100, NextToken }, context) {
      const of = await image.get(context, ImageName!);
      const aliases = Object.keys(of.actual.aliases)
        .filter((alias) => Alias === undefined || alias === Alias)
        .filter((alias) => Version === undefined || of.actual.aliases[alias] === Version)
        .sort();
      // The token is the last alias of the page before.
      const rest = NextToken === undefined ? aliases : aliases.filter((alias) => alias > NextToken);
      const page = rest.slice(0, MaxResults);
      return {
        SageMakerImageVersionAliases: page,
        NextToken: page.length < rest.length ? page.at(-1) : undefined,
      };
    },
  },
});

/** These concern the image, as AWS has them. */
function onImage(operation: string): PermissionsOf {
  return ({ ImageName }, place) => [
    { action: `sagemaker:${operation}`, resource: image.pattern(place, { ImageName }) },
  ];
}

/** Which version an input means, by its number or an alias. */
async function byNumber<Named extends { ImageName?: string; Version?: number; Alias?: string }>(
  input: Named,
  context: Context,
): Promise<Named> {
  const { ImageName, Version, Alias } = input;
  if (Version !== undefined && Alias !== undefined)
    throw validationFault("Version and Alias are both given; a version is named by one of them.");
  if (Version !== undefined) return input;
  if (Alias === undefined)
    throw validationFault("Version and Alias are both missing; a version is named by one of them.");
  const of = await image.get(context, ImageName!);
  const number = of.actual.aliases[Alias];
  if (number === undefined)
    throw new Fault("ResourceNotFound", `No version of ${image.arn(of.key)} has the alias ${Alias}.`);
  return { ...input, Version: number };
}

async function newest(imageName: string, context: Context): Promise<number> {
  const { key } = await image.get(context, imageName);
  const { documents } = await context.resources.list("sagemaker/image-version", {
    ...{ account: key.account, region: key.region, parent: parentText(key) },
    ...{ sort: { by: "label:version", descending: true }, limit: 1 },
  });
  const version = documents[0]?.labels?.version;
  if (version === undefined) throw new Fault("ResourceNotFound", `${image.arn(key)} has no version.`);
  return Number(version);
}

const aliasesOf = ({ actual }: ImageDocument, version: number): readonly string[] =>
  Object.keys(actual.aliases).filter((alias) => actual.aliases[alias] === version);

/** An alias names one version. */
function withAliases(state: ImageState, version: number, added: readonly string[]): ImageState {
  const taken = added.find((alias) => (state.aliases[alias] ?? version) !== version);
  if (taken !== undefined)
    throw new Fault(
      "ResourceInUse",
      `The alias ${taken} names version ${state.aliases[taken]}; take it off there first.`,
    );
  return { ...state, aliases: { ...state.aliases, ...Object.fromEntries(added.map((alias) => [alias, version])) } };
}

const withoutAliases = (state: ImageState, version: number, removed: readonly string[]): ImageState => ({
  ...state,
  aliases: Object.fromEntries(
    Object.entries(state.aliases).filter(([alias, named]) => named !== version || !removed.includes(alias)),
  ),
});

const descriptiveNames = [
  "VendorGuidance",
  "JobType",
  "MLFramework",
  "ProgrammingLang",
  "Processor",
  "Horovod",
  "ReleaseNotes",
] as const;

/** What a version says about itself, and nothing acts on. */
const describedMembers = <Input extends object>(
  input: Input,
): Pick<Input, (typeof descriptiveNames)[number] & keyof Input> =>
  Object.fromEntries(
    Object.entries(input).filter(([name, value]) => descriptiveNames.includes(name as never) && value !== undefined),
  ) as never;
