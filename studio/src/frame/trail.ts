import { shortName } from "../values/short-name.ts";
import { allScreens } from "./screens.ts";

interface Step {
  readonly text: string;
  readonly to: string;
}

/** The pages above an address, and itself last. */
export function trailOf(pathname: string): readonly Step[] {
  const [path = "", name, step] = pathname.split("/").slice(1).filter(Boolean);
  const { resources, rooms } = allScreens();
  const home: Step = { text: "Home", to: "/" };
  const room = rooms.find((entry) => entry.path === path);
  if (room) return [home, { text: room.title, to: `/${path}` }];
  const entry = resources.find((one) => one.path === path);
  if (!entry) return [home];
  const trail = [home, { text: entry.plural, to: `/${path}` }];
  if (name === "create") trail.push({ text: `Create ${entry.title.toLowerCase()}`, to: pathname });
  else if (name) trail.push({ text: shortName(nameOf(name)), to: `/${path}/${name}` });
  if (name && step) trail.push({ text: step.replaceAll("-", " "), to: pathname });
  return trail;
}

/** The name that an address has; what is no escaped text stays as it is. */
function nameOf(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
