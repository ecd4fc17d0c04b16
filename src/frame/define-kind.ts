import { Fault } from "../aws/faults.ts";
import {
  keyWords,
  type Labels,
  type ResourceChange,
  type ResourceDocument,
  type ResourceKey,
} from "../stores/resources/port.ts";
import type { Context } from "./context.ts";
import { createKindNames, type KindNames, type KindNaming } from "./kind-naming.ts";
import { inlineBodies, type KeptBodies, outlineBodies } from "./large-members.ts";

/** What a refusal may say of the thing it is about. */
export interface Subject {
  readonly arn: string;
  /** As the request named it. */
  readonly name: string;
  readonly status?: string;
}

/** What a status allows. What is not refused is allowed. */
export interface StatusRow {
  /** Nothing more happens by itself: waiters return, reconcilers rest. */
  readonly final: boolean;
  /** The refusals, in AWS's words. */
  readonly refusesStop?: (subject: Subject) => Fault;
  readonly refusesUpdate?: (subject: Subject) => Fault;
  readonly refusesDelete?: (subject: Subject) => Fault;
}

type Shape = Pick<ResourceDocument, "wanted" | "actual">;

/** What is known of a kind without its types. */
export interface KindFacts<Status extends string = string> extends KindNaming {
  /** For people: "Training job". */
  readonly title?: string;
  /** The number of the document's shape and how to read older ones: `upgrade[1]` makes shape 2 from shape 1. */
  readonly schema?: number;
  readonly upgrade?: Readonly<Record<number, (old: Shape) => Shape>>;
  readonly statuses?: Readonly<Record<Status, StatusRow>>;
  /** Members of `wanted` that users can make large: over 64 KiB they are bodies in the object store, found by hash. */
  readonly large?: readonly string[];
  /** Has tags, as the list `Tags` of `wanted`. */
  readonly tags?: boolean;
  /** The name under which Search knows it: "TrainingJob". */
  readonly search?: string;
  /** What `status` and the home page show as running: documents in one of these statuses. */
  readonly running?: readonly NoInfer<Status>[];
}

/** What is kept, declared: how it is named, what the store indexes of it, what its statuses allow. */
export interface KindDefinition<Wanted, Actual, Status extends string = string> extends KindFacts<Status> {
  /** The values that lists filter and sort by, by name; undefined: the document has none. */
  readonly labels?: Readonly<
    Record<string, (document: ResourceDocument<Wanted, Actual>) => Labels[string] | boolean | undefined>
  >;
  readonly large?: readonly (keyof NoInfer<Wanted> & string)[];
}

/** What handlers and reconcilers of a kind share. */
export interface Kind<Wanted = unknown, Actual = unknown> extends KindNames {
  readonly unit: "kind" | "resource" | "job";
  readonly definition: KindFacts;
  /** The number of its shape and the names of its labels: documents written otherwise are written anew at start. */
  readonly shape: string;
  /** The row of a document's status; a kind without a table has final statuses only. */
  status(document: Pick<ResourceDocument, "status">): StatusRow;
  /** A document in today's shape. @throws Fault for a newer shape than this version knows. */
  read(document: ResourceDocument): ResourceDocument<Wanted, Actual>;
  /** The document with its large members, or undefined. `from`: the cache, for the data plane. */
  find(
    context: Pick<Context, "resources" | "objects">,
    key: ResourceKey,
  ): Promise<ResourceDocument<Wanted, Actual> | undefined>;
  /** The change that writes a document in today's shape, labels and all. A new one is expected to be absent. */
  put(
    context: Pick<Context, "objects" | "clock">,
    document: Omit<ResourceDocument<Wanted, Actual>, "version" | "schema" | "labels"> & { readonly version?: number },
  ): Promise<ResourceChange>;
}

const final: StatusRow = { final: true };

/** Makes a kind. See frame/README.md for an example. */
export function defineKind<Wanted, Actual, Status extends string = string>(
  definition: KindDefinition<Wanted, Actual, Status>,
): Kind<Wanted, Actual> {
  const names = createKindNames(definition);
  const { labels = {}, schema = 1, statuses, large = [] } = definition;
  const rows = statuses as Readonly<Record<string, StatusRow>> | undefined;

  const labelsOf = (document: ResourceDocument<Wanted, Actual>, bodies: readonly string[]): Labels | undefined => {
    const made: Record<string, Labels[string]> = bodies.length > 0 ? { [bodyLabel]: bodies } : {};
    for (const [name, make] of Object.entries(labels)) {
      const value = make(document);
      if (value !== undefined) made[name] = typeof value === "boolean" ? Number(value) : value;
    }
    return Object.keys(made).length > 0 ? made : undefined;
  };

  const kind: Kind<Wanted, Actual> = {
    unit: "kind",
    ...names,
    definition,
    shape: [schema, ...Object.keys(labels)].join(" "),

    status: ({ status = "" }) => rows?.[status] ?? final,

    read(document) {
      if (document.schema > schema)
        throw new Fault(
          "InternalFailure",
          `${keyWords(document.key)} has shape ${document.schema}; this version reads up to ${schema}. Start a newer version.`,
          { status: 500 },
        );
      let shape: Shape = document;
      for (let number = document.schema; number < schema; number++) {
        const step = definition.upgrade?.[number];
        if (!step) throw new Error(`${names.name} has no upgrade from document shape ${number}`);
        shape = step(shape);
      }
      return (shape === document ? document : { ...document, ...shape, schema }) as ResourceDocument<Wanted, Actual>;
    },

    async find(context, key) {
      const found = await context.resources.get(key);
      if (!found) return undefined;
      const document = kind.read(found);
      if (large.length === 0) return document;
      const hashes = [document.labels?.[bodyLabel] ?? []].flat();
      if (hashes.length === 0) return document;
      return { ...document, wanted: await inlineBodies(context.objects, document.wanted, large, hashes) };
    },

    async put(context, { version, ...document }) {
      const kept: KeptBodies<Wanted> =
        large.length === 0
          ? { wanted: document.wanted, hashes: [] }
          : await outlineBodies(context, document.wanted, large);
      const whole = { ...document, schema, version: version ?? 0 };
      const put = { ...document, wanted: kept.wanted, schema, labels: labelsOf(whole, kept.hashes) };
      return { put, expected: version ?? "absent" };
    },
  };
  return kind;
}

/** The label under which a document names the bodies of its large members. */
export const bodyLabel = "body";

/** A parent as documents and queries name it. */
export const parentText = ({ kind, name }: Pick<ResourceKey, "kind" | "name">): string => `${kind} ${name}`;

/** The key of a parent: it is in the account and region of its child. */
export function parentKey(key: ResourceKey, parent: string | undefined): ResourceKey | undefined {
  const split = parent?.indexOf(" ") ?? -1;
  return split < 0 ? undefined : { ...key, kind: parent!.slice(0, split), name: parent!.slice(split + 1) };
}
