import { UpdatePreparedStatementCommand, UpdateWorkGroupCommand } from "@aws-sdk/client-athena";
import { expect, test } from "vitest";
import { operationOf } from "../api/command.ts";
import { loadFacts } from "./form-facts.ts";
import { withCleared } from "./with-cleared.ts";

const facts = await loadFacts("athena");

test("what is emptied is said to an operation that would leave it as it is", () => {
  const begun = {
    WorkGroup: "g",
    Description: "words",
    ConfigurationUpdates: {
      BytesScannedCutoffPerQuery: 10_000_000,
      ResultConfigurationUpdates: {
        OutputLocation: "s3://b/r/",
        EncryptionConfiguration: { EncryptionOption: "SSE_S3" },
      },
    },
  };
  const { input } = operationOf(UpdateWorkGroupCommand);
  expect(withCleared(input, facts, begun, { WorkGroup: "g" })).toEqual({
    input: {
      WorkGroup: "g",
      Description: "",
      ConfigurationUpdates: {
        RemoveBytesScannedCutoffPerQuery: true,
        ResultConfigurationUpdates: { RemoveOutputLocation: true, RemoveEncryptionConfiguration: true },
      },
    },
    problems: new Map(),
  });
  expect(withCleared(input, facts, begun, begun)).toEqual({ input: begun, problems: new Map() });
});

test("what no input can empty is refused", () => {
  const { input } = operationOf(UpdatePreparedStatementCommand);
  const sent = { StatementName: "s", WorkGroup: "g", QueryStatement: "SELECT 1" };
  expect(withCleared(input, facts, { ...sent, Description: "words" }, sent).problems).toEqual(
    new Map([["Description", "It can be changed, but not emptied."]]),
  );
});
