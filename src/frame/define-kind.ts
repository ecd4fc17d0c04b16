import { Fault } from "../aws/faults.ts";
import {
  keyWords,
  type Labels,
  type ResourceChange,
  type ResourceDocument,
  type ResourceKey,
} from "../stores/resources/port.ts";
import type { InputOf } from "../wire/operations.ts";
import type { Context } from "./context.ts";
import { createKindNames, type KindNames, type KindNaming } from "./kind-naming.ts";
import type { KindEntry, ParentRule } from "./kinds.ts";
import { inlineBodies, type KeptBodies, outlineBodies } from "./large-members.ts";
import type { StateChange } from "./state-change.ts";

/** What a refusal may mention of the document it concerns. */
export interface Subject {
  readonly arn: string;
  /** The name as the request gave it. */
  readonly name: string;
  readonly status?: string;
}

/** What a status allows: everything that the row does not refuse. */
export interface StatusRow {
  /** Whether nothing more happens by itself: waiters return and reconcilers rest. */
  readonly final: boolean;
  /** Whether it is what was hoped for or not; left out for all else. Whoever shows the status may colour it so. */
  readonly tone?: "good" | "bad";
  /** Make AWS's refusals. */
  readonly refusesUpdate?: (subject: Subject) => Fault;
  readonly refusesDelete?: (subject: Subject) => Fault;
  readonly refusesStop?: (subject: Subject) => Fault;
  /** For a parent that is being deleted by its reconciler: the creation of a child is refused. */
  readonly refusesChild?: (subject: Subject) => Fault;
}

type Shape = Pick<ResourceDocument, "wanted" | "actual">;

/** The declaration of a kind without its types. */
export interface KindFacts<Status extends string = string, Large extends string = string> extends KindNaming {
  /** The kind's name for people: "Training job". */
  readonly title?: string;
  /** Left out where documents belong to none, or to documents of several kinds, as runs do. */
  readonly parent?: ParentRule;
  /** The number of the document's shape, and how older shapes are read: `upgrade[1]` makes shape 2 from shape 1. */
  readonly schema?: number;
  readonly upgrade?: Readonly<Record<number, (old: Shape) => Shape>>;
  readonly statuses?: Readonly<Record<Status, StatusRow>>;
  /**
   * Members of `wanted` that users can make large: above 64 KiB they become bodies in the object store, found by hash.
   */
  readonly large?: readonly Large[];
  /**
   * Whether documents have tags, in the list `Tags` of `wanted`. A template: only documents with such an ARN have them.
   */
  readonly tags?: boolean | string;
  /** The kind's name in SageMaker's Search: "TrainingJob". gen refuses a name that two kinds have. */
  readonly search?: NonNullable<InputOf<typeof import("@aws-sdk/client-sagemaker"), "Search">["Resource"]>;
  /**
   * The operation of the kind's service that lists its documents, where no resource declares it. Who may call it may know
   * that something has changed.
   */
  readonly listedBy?: string;
  /** A document of the kind, named `guardName`, is the policy of all things of its service in an account and region. */
  readonly guards?: true;
  /** Whether documents have a policy of their own, in the attribute `Policy` of `wanted.Attributes`. */
  readonly ownPolicy?: true;
  /** The events about changes of state, in a kind with a Describe operation. */
  readonly stateChange?: StateChange;
  /** The statuses of documents that `status` shows as running. */
  readonly running?: readonly NoInfer<Status>[];
}

/** The declaration of a kind: how its documents are named, what the store indexes, what each status allows. */
export interface KindDefinition<Wanted, Actual, Status extends string = string, Large extends string = string>
  extends KindFacts<Status, Large> {
  /** The values, by name, that lists filter and sort by; undefined where a document has no value. */
  readonly labels?: Readonly<
    Record<string, (document: ResourceDocument<Wanted, Actual>) => Labels[string] | boolean | undefined>
  >;
  readonly large?: readonly (Large & keyof NoInfer<Wanted>)[];
  /** What is shown of a running document where its status says too little: a job's secondary status. */
  readonly shownStatus?: (document: Listed<Wanted, Actual, NoInfer<Large>>) => string;
  /** Why a document has its status, where there is more to say: why a job failed. */
  readonly shownReason?: (document: Listed<Wanted, Actual, NoInfer<Large>>) => string | undefined;
}

/** A document as a list reads it: its large members are unknown, since they may be bodies in the object store. */
export type Listed<Wanted, Actual, Large extends string> = ResourceDocument<
  [Large & keyof Wanted] extends [never]
    ? Wanted
    : { readonly [Member in keyof Wanted]: Member extends Large ? unknown : Wanted[Member] },
  Actual
>;

/** A kind as handlers and reconcilers use it. */
export interface Kind<Wanted = unknown, Actual = unknown, Large extends string = string> extends KindNames {
  readonly unit: "kind" | "resource" | "job";
  readonly definition: KindFacts<string, Large>;
  /** The shape's number and the labels' names. Documents written with another shape are rewritten at start. */
  readonly shape: string;
  /** The operation that lists the documents; absent for kinds that no operation lists. */
  readonly listedBy?: string | undefined;
  /** Returns the row of a document's status. In a kind without a table every row is final and refuses nothing. */
  status(document: Pick<ResourceDocument, "status">): StatusRow;
  /** The status of any document of the kind, for people. */
  shownStatus(document: ResourceDocument): string;
  /** Why it has that status, for people. */
  shownReason(document: ResourceDocument): string | undefined;
  /** What Describe says of a document with its large members; absent where the kind has no such operation. */
  describe?(document: ResourceDocument<Wanted, Actual>, context: Context): object | Promise<object>;
  /** A document in today's shape. @throws Error for a newer shape than this version knows. */
  read(document: ResourceDocument): ResourceDocument<Wanted, Actual>;
  /** Returns the document with its large members, or undefined. */
  find(
    context: Pick<Context, "resources" | "objects">,
    key: ResourceKey,
  ): Promise<ResourceDocument<Wanted, Actual> | undefined>;
  /** Returns the change that writes a document in today's shape, labels included. A new document must not exist yet. */
  put(
    context: Pick<Context, "objects" | "clock">,
    document: Omit<ResourceDocument<Wanted, Actual>, "version" | "schema" | "labels"> & { readonly version?: number },
  ): Promise<ResourceChange>;
}

/** Imports the kind of an entry of the generated list. */
export const loadKind = async (entry: KindEntry): Promise<Kind> => (await entry.load()) as Kind;

/** The actual state of kinds that have none. */
export type Nothing = Record<string, never>;

const final: StatusRow = { final: true };

/** Makes a kind. See frame/README.md for an example. */
export function defineKind<Wanted, Actual, Status extends string = string, Large extends string = never>(
  definition: KindDefinition<Wanted, Actual, Status, Large>,
): Kind<Wanted, Actual, Large> {
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

  const listed = (document: ResourceDocument) => kind.read(document) as Listed<Wanted, Actual, Large>;

  const kind: Kind<Wanted, Actual, Large> = {
    unit: "kind",
    ...names,
    definition,
    listedBy: definition.listedBy,
    shape: [schema, ...Object.keys(labels)].join(" "),

    status: ({ status = "" }) => rows?.[status] ?? final,

    shownStatus: (document) => definition.shownStatus?.(listed(document)) ?? document.status ?? "",

    shownReason: (document) => definition.shownReason?.(listed(document)),

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

    async put(context, document) {
      const { key, id, version, parent, origin, status, created, modified, actual } = document;
      const kept: KeptBodies<Wanted> =
        large.length === 0
          ? { wanted: document.wanted, hashes: [] }
          : await outlineBodies(context, document.wanted, large);
      const labels = labelsOf({ ...document, schema, version: version ?? 0 }, kept.hashes);
      const put = { key, id, schema, parent, origin, status, created, modified, labels, wanted: kept.wanted, actual };
      return { put, expected: version ?? "absent" };
    },
  };
  return kind;
}

/** The label under which a document names the bodies of its large members. */
export const bodyLabel = "body";

/** Returns a parent as documents and queries name it. */
export const parentText = ({ kind, name }: Pick<ResourceKey, "kind" | "name">): string => `${kind} ${name}`;

/** Returns the key of a parent, which is in the account and region of its child. */
export function parentKey(key: ResourceKey, parent: string | undefined): ResourceKey | undefined {
  const split = parent?.indexOf(" ") ?? -1;
  return split < 0 ? undefined : { ...key, kind: parent!.slice(0, split), name: parent!.slice(split + 1) };
}
