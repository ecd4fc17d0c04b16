import { applyMode, Mode } from "@cloudscape-design/global-styles";

const kept = "sagebrush-theme";

export type Theme = "light" | "dark";

/** The theme that was chosen, else the one of the machine. */
export const currentTheme = (): Theme => {
  const chosen = localStorage.getItem(kept);
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
};

export function setTheme(theme: Theme): void {
  localStorage.setItem(kept, theme);
  showTheme();
}

export function showTheme(): void {
  applyMode(currentTheme() === "dark" ? Mode.Dark : Mode.Light);
  document.documentElement.style.colorScheme = currentTheme();
}
