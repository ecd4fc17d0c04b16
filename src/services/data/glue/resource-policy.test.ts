import { expect, test } from "vitest";
import { createGlueContext, makeTable } from "./glue.fixture.ts";

const policy = (Effect: string, Action: string, Resource = "*") =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect, Principal: "*", Action, Resource }] });

test("a policy is put, read, put anew on a condition, and deleted", async () => {
  const context = createGlueContext();
  await expect(context.call("glue", "GetResourcePolicy", {})).rejects.toMatchObject({
    code: "EntityNotFoundException",
  });
  const [first, second] = [policy("Allow", "glue:*"), policy("Deny", "glue:DeleteTable")];
  const mustExist = { PolicyInJson: first, PolicyExistsCondition: "MUST_EXIST" } as const;
  const failed = { code: "ConditionCheckFailureException" };
  await expect(context.call("glue", "PutResourcePolicy", mustExist)).rejects.toMatchObject(failed);
  const { PolicyHash } = await context.call("glue", "PutResourcePolicy", { PolicyInJson: first });
  const created = new Date(context.clock.now());
  context.passTime(1000);
  const notThere = { PolicyInJson: second, PolicyExistsCondition: "NOT_EXIST" } as const;
  await expect(context.call("glue", "PutResourcePolicy", notThere)).rejects.toMatchObject(failed);
  const wrong = { PolicyInJson: second, PolicyHashCondition: "x" };
  await expect(context.call("glue", "PutResourcePolicy", wrong)).rejects.toMatchObject(failed);
  await context.call("glue", "PutResourcePolicy", { PolicyInJson: second, PolicyHashCondition: PolicyHash });
  const shown = await context.call("glue", "GetResourcePolicy", {});
  expect(shown).toMatchObject({ PolicyInJson: second, CreateTime: created, UpdateTime: new Date(context.clock.now()) });
  expect(shown.PolicyHash).not.toBe(PolicyHash);
  const { GetResourcePoliciesResponseList } = await context.call("glue", "GetResourcePolicies", {});
  expect(GetResourcePoliciesResponseList).toEqual([shown]);
  await context.call("glue", "DeleteResourcePolicy", { PolicyHashCondition: shown.PolicyHash });
  await expect(context.call("glue", "DeleteResourcePolicy", {})).rejects.toMatchObject({
    code: "EntityNotFoundException",
  });
  expect(await context.call("glue", "GetResourcePolicies", {})).toEqual({ GetResourcePoliciesResponseList: [] });
});

test("what is no policy of the catalog is refused by name", async () => {
  const context = createGlueContext();
  for (const [input, words] of [
    [{ PolicyInJson: "{}" }, "no Statement"],
    [{ PolicyInJson: policy("Allow", "s3:GetObject") }, "s3:GetObject"],
    [
      { PolicyInJson: policy("Allow", "glue:*"), ResourceArn: "arn:aws:glue:us-west-2:1:table/a/b" },
      "no policy of its own",
    ],
  ] as const)
    await expect(context.call("glue", "PutResourcePolicy", input)).rejects.toMatchObject({
      ...{ code: "InvalidInputException", message: expect.stringContaining(words) },
    });
});

test("lists leave out what the policy denies", async () => {
  const context = createGlueContext();
  await makeTable(context, [], "open");
  await makeTable(context, [], "secret");
  await context.call("glue", "CreateDatabase", { DatabaseInput: { Name: "vault" } });
  const at = (name: string) => `arn:aws:glue:us-west-2:123456789012:${name}`;
  const Statement = [at("table/db/secret"), at("database/vault")].map((Resource) => ({
    ...{
      Effect: "Deny",
      Principal: "*",
      Action: ["glue:GetTables", "glue:SearchTables", "glue:GetDatabases"],
      Resource,
    },
  }));
  await context.call("glue", "PutResourcePolicy", { PolicyInJson: JSON.stringify({ Statement }) });
  const names = (list: readonly { readonly Name?: string | undefined }[] | undefined) => list?.map(({ Name }) => Name);
  expect(names((await context.call("glue", "GetTables", { DatabaseName: "db" })).TableList)).toEqual(["open"]);
  expect(names((await context.call("glue", "SearchTables", {})).TableList)).toEqual(["open"]);
  expect(names((await context.call("glue", "GetDatabases", {})).DatabaseList)).toEqual(["db"]);
});
