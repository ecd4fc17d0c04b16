import { describe, expect, test } from "vitest";
import { CommandError, defineCommand, readArguments } from "./define-command.ts";

const plain = defineCommand({
  name: "plain",
  summary: "",
  options: { port: { value: "N", words: "" }, yes: { words: "" } },
  run: async () => 0,
});
const wrapper = defineCommand({ name: "wrapper", summary: "", options: {}, rest: "COMMAND...", run: async () => 0 });

test("options, switches and the rest after -- are told apart", () => {
  expect(readArguments(plain, ["--port", "0", "--yes", "--home=/tmp/x"])).toEqual({
    options: { port: "0", home: "/tmp/x" },
    switches: new Set(["yes"]),
    words: [],
    rest: [],
  });
  expect(readArguments(wrapper, ["--home", "h", "--", "aws", "--home", "x", "--"])).toEqual({
    options: { home: "h" },
    switches: new Set(),
    words: [],
    rest: ["aws", "--home", "x", "--"],
  });
});

test("help has a short form", () => {
  expect(readArguments(plain, ["-h"]).switches).toEqual(new Set(["help"]));
});

test("a command to run is given after --", () => {
  expect(() => readArguments(wrapper, ["aws", "it's"])).toThrow("given after --, as in: wrapper -- aws 'it'\\''s'");
});

test("a dash alone is a value", () => {
  expect(readArguments(plain, ["--port", "-"]).options).toEqual({ port: "-" });
});

describe("refused with exit code 2", () => {
  test.each([
    ["an unknown option", ["--prot", "1"], "plain has no option --prot. Did you mean --port?"],
    ["an unknown option with a value", ["--verbose=yes"], "plain has no option --verbose.\n"],
    ["an option without its value", ["--port"], "--port needs a value: --port "],
    ["an option in place of a value", ["--port", "--yes"], "--port needs a value: --port "],
    ["a switch with a value", ["--yes=no"], "--yes"],
    ["a stray word", ["now"], 'plain takes options only, and was given "now"'],
    ["a rest where none is taken", ["--", "aws"], "nothing after --"],
  ])("%s", (_, words, named) => {
    const refusal = (() => {
      try {
        return readArguments(plain, words);
      } catch (error) {
        return error as CommandError;
      }
    })();
    expect(refusal).toBeInstanceOf(CommandError);
    expect(refusal).toMatchObject({ exitCode: 2, message: expect.stringContaining(named) });
  });
});
