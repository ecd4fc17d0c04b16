import { expect, test } from "vitest";
import { counted } from "./counted.ts";

test.each([
  [counted(0, "row"), "0 rows"],
  [counted(1, "row"), "1 row"],
  [counted(2, "class has", "classes have"), "2 classes have"],
  [counted(1234, "row", "rows", "1,234"), "1,234 rows"],
])("%s", (words, expected) => expect(words).toBe(expected));
