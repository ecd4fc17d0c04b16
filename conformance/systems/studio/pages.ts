import { findScreens } from "../../../tools/gen/studio-screens.ts";
import { root } from "../../server.ts";

/** A page of Studio that needs no name of a thing. */
export interface StudioPage {
  readonly path: string;
  readonly kind: "room" | "list" | "form";
}

export const resources = findScreens(root, "resources", "defineResource").map(({ path, literals }) => ({
  path,
  creates: literals.create !== undefined,
}));

/** Every page, from the declarations; details are found by their lists. */
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

export const allLooks: readonly Look[] = states.flatMap((state) =>
  themes.flatMap((theme) => widths.map((width) => ({ theme, width, state }))),
);

/** Looks among which every two values of different kinds stand together once: each state in two looks that share nothing. */
export const pairwiseLooks: readonly Look[] = states.flatMap((state, index) =>
  [0, 1].map((which) => ({ state, theme: themes[which]!, width: widths[(which + index) % 2]! })),
);
