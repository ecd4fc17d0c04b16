import {
  ListTagsForResourceCommand as ListScalingTags,
  TagResourceCommand as TagScaling,
  UntagResourceCommand as UntagScaling,
} from "@aws-sdk/client-application-auto-scaling";
import {
  ListTagsForResourceCommand as ListAthenaTags,
  TagResourceCommand as TagAthena,
  UntagResourceCommand as UntagAthena,
} from "@aws-sdk/client-athena";
import { ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand } from "@aws-sdk/client-cloudwatch";
import { GetTagsCommand, TagResourceCommand as TagGlue, UntagResourceCommand as UntagGlue } from "@aws-sdk/client-glue";
import { ListRoleTagsCommand, TagRoleCommand, UntagRoleCommand } from "@aws-sdk/client-iam";
import { AddTagsCommand, DeleteTagsCommand, ListTagsCommand } from "@aws-sdk/client-sagemaker";
import { type CommandClass, call } from "../api/command.ts";
import type { Service } from "../api/define-service.ts";

type Texts = Readonly<Record<string, string>>;

/** How a service's things are tagged: three operations, whose members AWS names as it likes. */
interface Tagging {
  readonly commands: readonly [read: CommandClass, write: CommandClass, remove: CommandClass];
  /** The member that names the thing: by its ARN, or by its name where that says so. */
  readonly arn: string;
  readonly byName?: true;
  readonly keys: string;
  /** Whether tags are a list of Key and Value, and no map. */
  readonly list: boolean;
  /** The member of new tags, where it is not Tags. */
  readonly added?: string;
}

const services: Readonly<Record<string, Tagging>> = {
  sagemaker: {
    commands: [ListTagsCommand, AddTagsCommand, DeleteTagsCommand],
    arn: "ResourceArn",
    keys: "TagKeys",
    list: true,
  },
  cloudwatch: {
    commands: [ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand],
    arn: "ResourceARN",
    keys: "TagKeys",
    list: true,
  },
  "application-autoscaling": {
    commands: [ListScalingTags, TagScaling, UntagScaling],
    arn: "ResourceARN",
    keys: "TagKeys",
    list: false,
  },
  athena: {
    commands: [ListAthenaTags, TagAthena, UntagAthena],
    arn: "ResourceARN",
    keys: "TagKeys",
    list: true,
  },
  glue: {
    commands: [GetTagsCommand, TagGlue, UntagGlue],
    arn: "ResourceArn",
    keys: "TagsToRemove",
    list: false,
    added: "TagsToAdd",
  },
  iam: {
    commands: [ListRoleTagsCommand, TagRoleCommand, UntagRoleCommand],
    arn: "RoleName",
    byName: true,
    keys: "TagKeys",
    list: true,
  },
};

/** The tags of a service's things, as texts by name. */
export function tagging(service: Service) {
  const { commands, arn: member, byName, keys, list, added = "Tags" } = services[service.id]!;
  // The path of a role is no part of its name.
  const named = (arn: string) => ({ [member]: byName ? arn.slice(arn.lastIndexOf("/") + 1) : arn });
  const [readCommand, writeCommand, removeCommand] = commands;
  return {
    async read(arn: string): Promise<Texts> {
      const { Tags = [] } = (await call(service, readCommand, named(arn))) as { Tags?: unknown };
      if (!list) return Tags as Texts;
      return Object.fromEntries((Tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));
    },
    write: (arn: string, tags: Texts): Promise<unknown> =>
      call(service, writeCommand, {
        ...named(arn),
        [added]: list ? Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) : tags,
      }),
    remove: (arn: string, names: readonly string[]): Promise<unknown> =>
      call(service, removeCommand, { ...named(arn), [keys]: names }),
  };
}
