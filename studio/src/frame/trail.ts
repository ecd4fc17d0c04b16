import { shortName } from "../values/short-name.ts";
import { visibleName } from "../values/visible.ts";
import { placeOf } from "./place.ts";
import { allScreens, createAddress, detailAddress, listAddress } from "./screens.ts";

interface Step {
  readonly text: string;
  readonly to: string;
}

/** The pages above an address, and itself last. */
export function trailOf(pathname: string): readonly Step[] {
  const home: Step = { text: "Home", to: "/" };
  const { resources, rooms } = allScreens();
  const room = rooms.find((entry) => entry.path === pathname.split("/")[1]);
  if (room) return [home, { text: room.title, to: `/${room.path}` }];
  const place = placeOf(pathname);
  const entry = resources.find((one) => one.path === place?.path);
  if (!place || !entry) return [home];
  const { path, name, action, creates } = place;
  const trail = [home, { text: entry.plural, to: listAddress(path) }];
  if (creates) trail.push({ text: `Create ${entry.title.toLowerCase()}`, to: createAddress(path) });
  if (name !== undefined) trail.push({ text: visibleName(shortName(name)), to: detailAddress(path, name) });
  if (action !== undefined) trail.push({ text: action.replaceAll("-", " "), to: pathname });
  return trail;
}
