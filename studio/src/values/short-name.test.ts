import { describe, expect, test } from "vitest";
import { resources, rooms } from "../frame/screens.gen.ts";
import { provideScreens, screenOfArn } from "../frame/screens.ts";
import { shortName } from "./short-name.ts";

const policy =
  "arn:aws:autoscaling:us-west-2:123456789012:scalingPolicy:0e5d:resource/sagemaker/endpoint/e/variant/AllTraffic:policyName/keep";

test.each([
  ["churn", "churn"],
  ["arn:aws:sagemaker:us-west-2:123456789012:model-package/churn/3", "churn/3"],
  ["arn:aws:cloudwatch:us-west-2:123456789012:alarm:Tracking-endpoint/e/variant/v", "Tracking-endpoint/e/variant/v"],
  [policy, "keep"],
  // Names that only begin as an ARN does.
  ["arn:", "arn:"],
  ["arn:aws:sns:us-west-2:1", "arn:aws:sns:us-west-2:1"],
  ["arn:aws:x:us-west-2:1:model/", "model/"],
])("%s is called %s", (name, short) => {
  expect(shortName(name)).toBe(short);
});

describe("the page of an ARN", () => {
  provideScreens({ resources, rooms });

  test.each([
    ["arn:aws:sagemaker:us-west-2:123456789012:model/churn", "/model/churn"],
    [
      "arn:aws:sagemaker:us-west-2:123456789012:model-package/churn/3",
      "/model-package/arn%3Aaws%3Asagemaker%3Aus-west-2%3A123456789012%3Amodel-package%2Fchurn%2F3",
    ],
    ["arn:aws:iam::123456789012:role/service-role/Trainer", "/role/Trainer"],
    ["arn:aws:cloudwatch:us-west-2:123456789012:alarm:Tracking-endpoint/e", "/alarm/Tracking-endpoint%2Fe"],
    ["arn:aws:sns:us-west-2:123456789012:topic", undefined],
  ])("%s is %s", (arn, page) => {
    expect(screenOfArn(arn)).toBe(page);
  });
});
