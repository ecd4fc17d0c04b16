import { expect, test } from "vitest";
import { createErrorReader, scriptFailure } from "./script-failure.ts";

test("what a script says of its failure begins with the first line that names an error, in each output", () => {
  const errors = createErrorReader();
  errors.read("epoch 1\nloss=nan\n", "stdout");
  errors.read("warming up\nTraceback (most recent call last):\n", "stderr");
  errors.read("  raise ValueError('bad')\nValueError: bad\nValueError: bad\n", "stderr");
  errors.read("FAILED with RuntimeError: \n", "stdout");
  expect(errors.text()).toBe("FAILED with RuntimeError\n raise ValueError('bad')\n ValueError: bad");
});

test("no more of it is kept than a failure can show, however much is said", () => {
  const errors = createErrorReader();
  for (let i = 0; i < 10_000; i++) errors.read(`OSError: disk ${i}\n`, "stderr");
  expect(errors.text().length).toBeLessThan(5000);
});

test("the exit code 137 says that memory ran out", () => {
  expect(scriptFailure(137, "", ["python", "--", "train.py"])).toBe(
    'ExecuteUserScriptError:\nExitCode 137\nErrorMessage ""\nExtraInfo "OutOfMemory: Process killed by SIGKILL (signal 9)"\nCommand "python -- train.py"',
  );
});
