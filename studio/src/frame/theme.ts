import { applyMode, Mode } from "@cloudscape-design/global-styles";
import { useSyncExternalStore } from "react";

const kept = "sagebrush-theme";

export type Theme = "light" | "dark";

const listeners = new Set<() => void>();

/** The theme that was chosen, else the one of the machine. */
export const currentTheme = (): Theme => {
  const chosen = localStorage.getItem(kept);
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
};

export function setTheme(theme: Theme): void {
  localStorage.setItem(kept, theme);
  applyTheme();
}

/** Shows the theme, from now on also as the machine changes between day and night. */
export function showTheme(): void {
  applyTheme();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applyTheme);
}

function applyTheme(): void {
  applyMode(currentTheme() === "dark" ? Mode.Dark : Mode.Light);
  document.documentElement.style.colorScheme = currentTheme();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** For what draws by itself: the theme, and the one that follows it. */
export const useTheme = (): Theme => useSyncExternalStore(subscribe, currentTheme);
