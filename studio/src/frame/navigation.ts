import type { SideNavigationProps } from "@cloudscape-design/components/side-navigation";
import { allScreens } from "./screens.ts";

/** The areas in the order of the work: data, training, serving, keeping, working together, watching. */
const areas = ["Data", "SQL", "Features", "Training", "Inference", "Registry", "Workspaces", "Observe", "Access"];

export function navigationItems(): SideNavigationProps.Item[] {
  const { resources, rooms } = allScreens();
  const all = [
    ...rooms.map(({ path, title, area }) => ({ path, text: title, area })),
    ...resources.map(({ path, plural, area }) => ({ path, text: plural, area })),
  ];
  const home: SideNavigationProps.Item = { type: "link", text: "Home", href: "/_studio/" };
  const sections = areas.map((area): SideNavigationProps.Item | undefined => {
    const items = all.filter((one) => one.area === area);
    if (items.length === 0) return undefined;
    const links = items.map(({ path, text }) => ({ type: "link" as const, text, href: `/_studio/${path}` }));
    return { type: "section", text: area, items: links };
  });
  return [home, ...sections.filter((section) => section !== undefined)];
}
