import { expect, it } from "vitest";
import { sentByWaiter } from "./waiter.ts";

// User-Agent headers as boto3 1.44 and AWS CLI 1.46 send them.
it.each([
  [
    "Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux#6.1 md/arch#x86_64 lang/python#3.11.7 md/pyimpl#CPython m/Z,B,b cfg/retry-mode#legacy Botocore/1.44.5",
    true,
  ],
  ["aws-cli/1.46.3 md/awscrt#0 ua/2.1 os/linux m/B cfg/retry-mode#standard", true],
  ["Boto3/1.44.5 m/Z,b cfg/retry-mode#legacy", false],
  ["aws-sdk-js/3.1142.0 ua/2.1 os/linux lang/js md/nodejs#24.21.0 api/sagemaker#3.1142.0 m/E,N", false],
  ["", false],
  [undefined, false],
])("%s", (userAgent, waiter) => {
  expect(sentByWaiter(userAgent)).toBe(waiter);
});
