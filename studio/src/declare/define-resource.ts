import type { ResourceType, SearchExpression, SearchRecord } from "@aws-sdk/client-sagemaker";
import type { ComponentType, ReactNode } from "react";
import type { CommandClass, InputOf, OutputOf } from "../api/command.ts";
import type { Service } from "../api/define-service.ts";
import type { FormGroup } from "./form-group.ts";
import type { Item } from "./item.ts";
import type { Path } from "./path.ts";

/** The part of the navigation in which a screen stands. */
export type Area =
  | "Data"
  | "SQL"
  | "Features"
  | "Training"
  | "Inference"
  | "Registry"
  | "Workspaces"
  | "Observe"
  | "Access";

/** The documents that a list operation returns: those of its only list of structures. */
// biome-ignore lint/suspicious/noExplicitAny: the elements get their types back
export type ItemOf<Output> = Extract<Exclude<Output[keyof Output], undefined>, readonly any[]>[number];

export interface Column<Row> {
  readonly member: Path<Row>;
  /** Where the member's own name in words would mislead. */
  readonly title?: string;
  readonly cell?: (row: Row) => ReactNode;
}

export interface Filter<Input> {
  readonly member: keyof Input & string;
  readonly title?: string;
  readonly values?: readonly string[];
  /** What there is to choose from, where that is not known before. */
  readonly choices?: () => Promise<readonly string[]>;
}

/** A list that the operation Search answers. */
export interface Searched {
  /** What is searched for, which is the member of a result that holds the document. */
  readonly resource: ResourceType & keyof SearchRecord;
  /** The conditions that the filters' texts stand for; undefined where nothing is asked. */
  readonly where: (filters: Readonly<Record<string, string>>) => SearchExpression | undefined;
}

export interface DetailSection<Detail> {
  readonly title: string;
  readonly members: readonly Path<Detail>[];
}

/** What a panel of a detail page is given. */
export interface PanelProps {
  readonly resource: Resource;
  readonly name: string;
  readonly item: Item;
}

/** A tab of a detail page. */
export interface Panel {
  readonly title: string;
  /** Loaded when the tab is opened. */
  readonly body: ComponentType<PanelProps> & { readonly prepare?: () => void };
  /** Absent: always shown. */
  readonly when?: (item: Item) => boolean;
}

/** What a person can do to one document. */
export interface Action {
  readonly title: string;
  /** Why it cannot be done now, in words; undefined where it can. Absent: it always can. */
  readonly refused?: (item: Item) => string | undefined;
  /** The page that does it. */
  readonly to?: (item: Item, name: string) => string;
  /** Or the operation that does it. With `form` its input is asked for on a page, else it is called at once. */
  readonly command?: CommandClass;
  readonly input?: (item: Item, name: string) => object;
  readonly form?: readonly FormGroup[];
  /** Whether the operation leaves as it is what its input does not have. */
  readonly leaves?: true;
  /** What is sent of an input, where that is what has changed since the form was opened. */
  readonly changes?: (input: Item, begun: Item) => Item;
  /** What its form has to know besides: more of the input that reads the document. */
  readonly reads?: Item;
  /** What is asked before: "It stops, and keeps what it has written." */
  readonly confirm?: string;
  /** Whether the document is gone afterwards. */
  readonly removes?: boolean;
}

interface Declaration<L extends CommandClass, D extends CommandClass, C extends CommandClass, Row, Detail> {
  readonly service: Service;
  /** The product's name of the kind, by which changes are told. */
  readonly kind: string;
  readonly title: string;
  readonly plural: string;
  readonly area: Area;
  /** What it is for, where the list is empty and above it. */
  readonly words: string;
  /** Members of a document. */
  readonly name: Path<Row>;
  /** What a person calls it, where its name is a number of the service's: shown in its place. */
  readonly label?: (item: Item) => string;
  /** Where one member is not its whole name: how it is written, "database/table", and what calls are told of it. */
  readonly named?: {
    readonly of: (item: Item) => string;
    readonly input: (name: string) => Item;
  };
  readonly arn?: Path<Detail>;
  /** The ARN, where no document says it. */
  readonly arnOf?: (name: string) => string;
  readonly status?: Path<Row>;

  readonly list: L;
  /** Members of every request for the list. */
  readonly listInput?: Partial<InputOf<L>>;
  /** The member of its output that holds the documents, where it has several lists. */
  readonly itemsIn?: keyof OutputOf<L> & string;
  /** For a list that says names alone: the operation that reads the documents of a page. */
  readonly expand?: {
    readonly command: CommandClass;
    readonly input: (output: Item, asked: Item) => object | undefined;
    readonly itemsIn: string;
  };
  /** For a list of Search's: what it searches. It can be sorted by every column. */
  readonly search?: Searched;
  /** Members of the list's input, or of a document that is searched, by which it is filtered: a text, or one of the values. */
  readonly filters?: readonly Filter<InputOf<L> & Row>[];
  /** Whether the list can be sorted by status, as it can by name and time of creation. */
  readonly sortsByStatus?: true;
  readonly columns: readonly (Path<Row> | Column<Row>)[];
  /** What the server takes at most, where that is not 100. */
  readonly pageSize?: number;

  /** The operation whose only required member is the name. */
  readonly describe?: D;
  /** The member of its output that holds the document. */
  readonly inside?: string;
  /** Where the service encodes what it says of a document. */
  readonly read?: (item: Item) => Item;
  /** What is done with some of a list: compared. */
  readonly compare?: {
    readonly title: string;
    readonly most: number;
    readonly to: (names: readonly string[]) => string;
  };
  /** For a kind without such an operation: what narrows the list to one document. */
  readonly find?: (name: string) => Partial<InputOf<L>>;
  readonly sections: readonly DetailSection<Detail>[];
  readonly panels?: readonly Panel[];
  /** Whether a document has tags of its own. Absent: each has, where its service has tags. */
  readonly tagged?: (item: Item) => boolean;
  readonly actions?: readonly Action[];

  readonly create?: C;
  readonly form?: readonly FormGroup<InputOf<C>>[];
  /** What a new form holds; a part of the input. */
  readonly start?: () => object;
  /**
   * Where to create is to replace what is there: what narrows the list to the one that an input would replace. A form
   * for a new one refuses such an input, and one of its own edits what is there.
   */
  readonly replaced?: (input: Item) => Partial<InputOf<L>>;
  /** The input that makes a document again, where it has other places for what the document says. */
  readonly again?: (item: Item) => object;
  readonly delete?: CommandClass;
  /** Absent: the operation's only required member is the name. */
  readonly deleteInput?: (item: Item) => object;
  /** What a deletion means: "The artifact in S3 stays." */
  readonly deleteWords?: string;
}

/** A kind of AWS's as Studio shows it: its list, detail, form and actions are made from this. */
// biome-ignore lint/suspicious/noExplicitAny: pages read any document
export type Resource = Declaration<any, any, any, any, any>;

export const defineResource = <
  L extends CommandClass,
  D extends CommandClass = L,
  C extends CommandClass = L,
  Row = ItemOf<OutputOf<L>>,
>(
  declaration: Declaration<L, D, C, Row, OutputOf<D> & Row>,
): Resource => declaration as Resource;
