import { expect, test } from "vitest";
import { scriptContent, scriptText } from "./script-text.ts";

test("a script's text is its Base64 and back, in UTF-8", () => {
  const text = "#!/bin/bash\necho 'für € 😀'\n";
  expect(scriptContent(text)).toBe(Buffer.from(text).toString("base64"));
  expect(scriptText(scriptContent(text))).toBe(text);
});
