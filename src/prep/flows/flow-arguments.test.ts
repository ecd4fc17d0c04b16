import { expect, it } from "vitest";
import { readFlowArguments } from "./flow-arguments.ts";

it("reads arguments as notebooks write them: a word and its value, or both in one", () => {
  const config = { "a.default": { content_type: "CSV" } };
  const read = readFlowArguments([
    `--output-config '${JSON.stringify(config)}'`,
    "--output-config",
    '{"b.Train":{"content_type":"PARQUET"}}',
    '--refit-trained-params {"refit": true, "output_flow": "new.flow"}',
    "--parameter-override day=7",
    "--parameter-override",
    '{"bucket":"here"}',
  ]);
  expect([...read.outputs]).toEqual([
    ["a.default", { content_type: "CSV" }],
    ["b.Train", { content_type: "PARQUET" }],
  ]);
  expect(read).toMatchObject({ refit: true, outputFlow: "new.flow", overrides: { day: "7", bucket: "here" } });
});

it("takes what is not given for its default", () => {
  const { outputs, ...rest } = readFlowArguments([]);
  expect(outputs.size).toBe(0);
  expect(rest).toEqual({ refit: false, overrides: {} });
});

it.each([
  [["--output-confg", "{}"], /"--output-confg" is not known; the arguments are --output-config/],
  [["--output-config", "{"], /give JSON/],
  [["--output-config", "[]"], /give an object of JSON/],
  [["--output-config", '{"a.default":1}'], /give \{"NODE.default"/],
  [["--refit-trained-params", '{"refit":true,"output_flow":"../x.flow"}'], /output_flow as the name of a file/],
])("refuses %j", (words, message) => {
  expect(() => readFlowArguments(words)).toThrow(message);
});
