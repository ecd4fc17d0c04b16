import type { Resource } from "../declare/define-resource.ts";
import type { Room } from "../declare/define-room.ts";
import { createStep, stepOf } from "./place.ts";

/** What is known of a resource's pages before their file is loaded. */
export interface ResourceEntry {
  /** The file's name, which is the first step of its addresses. */
  readonly path: string;
  readonly kind: string;
  readonly title: string;
  readonly plural: string;
  readonly area: string;
  /** Whether it has a page that makes one. */
  readonly creates: boolean;
  /** Whether a document is named by its ARN. */
  readonly byArn?: true;
  /** The member by which others name it: "ModelName". Absent where that may name something else. */
  readonly namedBy?: string;
  /** The member by which its list is searched for a name. */
  readonly filter?: string;
  readonly load: () => Promise<Resource>;
}

export interface RoomEntry {
  readonly path: string;
  readonly title: string;
  readonly area: string;
  readonly load: () => Promise<Room>;
}

interface Screens {
  readonly resources: readonly ResourceEntry[];
  readonly rooms: readonly RoomEntry[];
}

/** The generated list names every screen, and screens link to each other: so they are told of it, and do not import it. */
let screens: Screens = { resources: [], rooms: [] };

export const provideScreens = (given: Screens): void => {
  screens = given;
};
export const allScreens = (): Screens => screens;

const entryAt = (path: string): ResourceEntry => {
  const entry = screens.resources.find((one) => one.path === path);
  if (!entry) throw new Error(`There is no resources/${path}.tsx`);
  return entry;
};

export const listAddress = (path: string): string => `/${entryAt(path).path}`;
export const detailAddress = (path: string, name: string): string => `/${entryAt(path).path}/${stepOf(name)}`;
export const createAddress = (path: string): string => `${listAddress(path)}/${createStep}`;

/** Returns the address of the page that shows what an ARN names; undefined where no screen does. */
export function screenOfArn(arn: string): string | undefined {
  const [, , service, , , ...rest] = arn.split(":");
  const [, noun, name] = /^([^/:]+)[/:](.+)$/.exec(rest.join(":")) ?? [];
  const entry = screens.resources.find(({ kind }) => kind === `${service}/${noun}`);
  if (!entry || !name) return undefined;
  if (entry.byArn) return detailAddress(entry.path, arn);
  // The path of a role is no part of its name. The ARN of a log group may stand for its streams.
  const shown = service === "iam" ? name.slice(name.lastIndexOf("/") + 1) : name.replace(/:\*$/, "");
  return detailAddress(entry.path, shown);
}

/** The same for a name, by the member that holds it: EndpointConfigName. */
export function screenOfName(member: string, name: string): string | undefined {
  const entry = name === "" ? undefined : screens.resources.find(({ namedBy }) => namedBy === member);
  return entry && detailAddress(entry.path, name);
}
