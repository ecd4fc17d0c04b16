import { CreateModelPackageCommand, CreateTrainingJobCommand } from "@aws-sdk/client-sagemaker";
import { expect, test } from "vitest";
import { operationOf } from "../api/command.ts";
import { fromAddress } from "./from-address.ts";

const read = (search: string) => {
  const { input, name } = operationOf(CreateTrainingJobCommand);
  return fromAddress(input, name, new URLSearchParams(search));
};

test("an address gives a form texts, numbers and yes or no", () => {
  const { input, name } = operationOf(CreateModelPackageCommand);
  const given = fromAddress(input, name, new URLSearchParams("ModelPackageGroupName=a%20b&CertifyForMarketplace=true"));
  expect(given).toEqual({ draft: { ModelPackageGroupName: "a b", CertifyForMarketplace: true }, left: [] });
});

test("what has no place in the form is left out with a word", () => {
  expect(
    read("InputDataConfig=abc&HyperParameters=%7B%7D&Nothing=1&EnableNetworkIsolation=perhaps&__proto__=1"),
  ).toEqual({
    draft: {},
    left: [
      "InputDataConfig has several fields, which are filled in below.",
      "HyperParameters has several fields, which are filled in below.",
      "CreateTrainingJob has no Nothing.",
      'EnableNetworkIsolation is "true" or "false", not "perhaps".',
      "CreateTrainingJob has no __proto__.",
    ],
  });
});
