import { expect, test } from "vitest";
import { provideScreens } from "./screens.ts";
import { trailOf } from "./trail.ts";

const load = () => Promise.reject(new Error("not loaded here"));
const alarm = { path: "alarm", kind: "alarm", title: "Alarm", plural: "Alarms", area: "Watch", creates: true, load };
provideScreens({ resources: [alarm], rooms: [] });

test.each([
  ["/alarm/a%20b", "a b"],
  ["/alarm/%", "%"],
  ["/alarm/%E0%A4%A", "%E0%A4%A"],
  ["/alarm/a%252Fb", "a%2Fb"],
  ["/alarm/~create", "create"],
  ["/alarm/create", "Create alarm"],
])("%s is named %s", (address, name) => {
  expect(trailOf(address).at(-1)).toMatchObject({ text: name });
});
