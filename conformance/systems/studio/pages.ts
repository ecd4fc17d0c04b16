import { findScreens } from "../../../tools/gen/studio-screens.ts";
import { root } from "../../server.ts";

/** A page of Studio that needs no name of a thing. */
export interface StudioPage {
  readonly path: string;
  readonly kind: "room" | "list" | "form";
}

export const resources = findScreens(root, "resources", "defineResource").map(({ path, literals, source }) => ({
  path,
  creates: literals.create !== undefined,
  /** The steps of its actions that ask for their input on a page: "change-copies". */
  steps: [
    // Where to create is to replace, the form that creates edits as well.
    ...("replaced" in literals && !source.includes(`command: ${literals.create}`) ? ["edit"] : []),
    ...[...source.matchAll(/\n {4}\{\n {6}title: "([^"]+)",(?:(?!\n {4}\})[\s\S])*?\n {6}form: /g)].map(([, title]) =>
      title!.toLowerCase().replaceAll(" ", "-"),
    ),
  ],
}));

/** Every page, from the declarations; those of things are found by the lists. */
export const pages: readonly StudioPage[] = [
  ...findScreens(root, "rooms", "defineRoom").map(({ path }) => ({
    path: path === "home" ? "" : path,
    kind: "room" as const,
  })),
  ...resources.map(({ path }) => ({ path, kind: "list" as const })),
  ...resources.filter(({ creates }) => creates).map(({ path }) => ({ path: `${path}/create`, kind: "form" as const })),
];

export const themes = ["light", "dark"] as const;
export const widths = [1280, 390] as const;
export const states = ["data", "empty", "loading", "failed", "denied", "10,000 rows"] as const;
export type State = (typeof states)[number];

export interface Look {
  readonly theme: (typeof themes)[number];
  readonly width: (typeof widths)[number];
  readonly state: State;
}

export const plainLook: Look = { theme: "light", width: 1280, state: "data" };

export const allLooks: readonly Look[] = states.flatMap((state) =>
  widths.flatMap((width) => themes.map((theme) => ({ theme, width, state }))),
);

/** A page in a look. */
export type Case = Look & { readonly path: string };

/**
 * Cases among which are all pairs of state, theme and width, and of each of them with every kind of page. Each page is
 * there with data as a narrow dark one, and in one other state; a page that no declaration makes is there in every state.
 */
export const pairwiseCases = (made: readonly string[], rooms: readonly string[]): Case[] => {
  const cornerOf = (index: number) => corners[index % corners.length]!;
  const withData = [...made, ...rooms].map((path) => ({ path, theme: "dark", width: 390, state: "data" }) as const);
  const madeOnce = made.map((path, index) => {
    const state = index % without.length;
    // Each round of the states begins at another corner, so that every state comes to every corner.
    return { path, state: without[state]!, ...cornerOf(state + Math.floor(index / without.length)) };
  });
  const roomsInEach = rooms.flatMap((path, room) =>
    without.map((state, index) => ({ path, state, ...cornerOf(room + index) })),
  );
  return inOrder([...withData, ...madeOnce, ...roomsInEach]);
};

/** Cases of pages in every look. */
export const allCases = (paths: readonly string[]): Case[] =>
  inOrder(paths.flatMap((path) => allLooks.map((look) => ({ path, ...look }))));

const without = states.filter((state) => state !== "data");
const corners = themes.flatMap((theme) => widths.map((width) => ({ theme, width })));

const inOrder = (cases: Case[]): Case[] =>
  cases.sort(
    (one, other) =>
      states.indexOf(one.state) - states.indexOf(other.state) ||
      one.width - other.width ||
      one.theme.localeCompare(other.theme),
  );
