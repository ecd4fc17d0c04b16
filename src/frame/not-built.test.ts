import { describe, expect, it, test } from "vitest";
import { createTestContext } from "../server/request/test-context.ts";
import type { WireServiceId } from "../wire/wire-services.ts";
import { refusalsOf } from "./not-built.ts";

const context = createTestContext({ units: [] });

test.each([
  ["sagemaker", "ValidationException", 400],
  ["sagemaker-runtime", "ValidationError", 400],
  ["logs", "InvalidParameterException", 400],
  ["cloudwatch", "InvalidParameterValue", 400],
  ["iam", "InvalidInput", 400],
  ["s3", "NotImplemented", 501],
] satisfies [WireServiceId, string, number][])("%s refuses what is not built as %s", (service, code, status) => {
  const message = "Mode X is not built in Sagebrush 0.0.0; use Y.";
  expect(refusalsOf(service).notBuilt(context, "Mode X", "use Y")).toMatchObject({ code, status, message });
});

describe("members", () => {
  const { refuseMembers } = refusalsOf("sagemaker");
  const refuse = (value: unknown) => () => refuseMembers(context, { a: 1, value }, "Owner.", ["value"]);

  it.each([undefined, false, "", [], {}, { On: false, Name: "", Rules: [] }, Object.create(null)])(
    "%j asks for nothing",
    (value) => {
      expect(refuse(value)).not.toThrow();
    },
  );

  it.each([true, "x", 0, ["x"], { On: true }, { Output: {} }, new Date(0), new Uint8Array(1)])(
    "%j is refused by its path",
    (value) => {
      expect(refuse(value)).toThrow("Owner.value is not built in Sagebrush 0.0.0; leave it out.");
    },
  );
});
