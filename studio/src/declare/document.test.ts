import { DescribeScalingPoliciesCommand } from "@aws-sdk/client-application-auto-scaling";
import { expect, test } from "vitest";
import type { Resource } from "./define-resource.ts";
import { readDocument } from "./document.ts";

const policy = (target: string) => ({ PolicyARN: `arn:${target}`, PolicyName: "keep" });

test("a document that its list has on a later page is found there", async () => {
  const asked: object[] = [];
  const pages: Record<string, object> = {
    first: { ScalingPolicies: [policy("a"), policy("b")], NextToken: "second" },
    second: { ScalingPolicies: [policy("c")] },
  };
  const send = async ({ input }: { input: { NextToken?: string } }) => {
    asked.push(input);
    return pages[input.NextToken ?? "first"];
  };
  const resource = {
    service: { client: () => ({ send }) },
    title: "Scaling policy",
    name: "PolicyARN",
    list: DescribeScalingPoliciesCommand,
    find: () => ({ PolicyNames: ["keep"] }),
  } as unknown as Resource;
  expect(await readDocument(resource, "arn:c")).toEqual(policy("c"));
  expect(asked).toEqual([{ PolicyNames: ["keep"] }, { PolicyNames: ["keep"], NextToken: "second" }]);
  await expect(readDocument(resource, "arn:d")).rejects.toThrow("There is no scaling policy named arn:d.");
});
