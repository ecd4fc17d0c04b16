import { beforeAll, expect, test } from "vitest";
import { resources, rooms } from "./screens.gen.ts";
import { provideScreens, screenOfArn, screenOfName } from "./screens.ts";

beforeAll(() => provideScreens({ resources, rooms }));

const own = "us-west-2:123456789012";

test.each([
  [`arn:aws:sagemaker:${own}:training-job/churn-1`, "/training-job/churn-1"],
  [`arn:aws:sagemaker:${own}:endpoint-config/churn`, "/endpoint-config/churn"],
  [`arn:aws:sagemaker:${own}:model-package/churn/3`, undefined],
  ["arn:aws:iam::123456789012:role/service-role/Reader", "/role/Reader"],
  [`arn:aws:logs:${own}:log-group:/aws/sagemaker/TrainingJobs:*`, "/log-group/%2Faws%2Fsagemaker%2FTrainingJobs"],
  [`arn:aws:cloudwatch:${own}:alarm:slow`, "/alarm/slow"],
  [`arn:aws:sns:${own}:told`, undefined],
])("%s has its page", (arn, page) => {
  // What is named by its ARN has that in its address.
  expect(screenOfArn(arn)).toBe(arn.includes("model-package/") ? `/model-package/${encodeURIComponent(arn)}` : page);
});

test.each([
  ["ModelName", "churn", "/model/churn"],
  ["EndpointConfigName", "churn", "/endpoint-config/churn"],
  ["EndpointName", "churn", "/endpoint/churn"],
  ["InferenceComponentName", "churn", "/inference-component/churn"],
  ["ModelPackageGroupName", "churn", "/model-package-group/churn"],
  ["AlarmName", "slow", "/alarm/slow"],
  ["RoleName", "Reader", "/role/Reader"],
  ["ResourceId", "endpoint/churn/variant/A", "/scalable-target/endpoint%2Fchurn%2Fvariant%2FA"],
  ["logGroupName", "/aws/x", "/log-group/%2Faws%2Fx"],
  ["ModelName", "", undefined],
  ["Name", "churn", undefined],
  ["VariantName", "A", undefined],
])("%s %s has its page", (member, name, page) => {
  expect(screenOfName(member, name)).toBe(page);
});
