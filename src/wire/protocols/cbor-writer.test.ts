import { cbor } from "@smithy/core/cbor";
import { describe, expect, test } from "vitest";
import { Fault } from "../../aws/faults.ts";
import { describeFault } from "../loaded-service.ts";
import { base64, codecOf, collectionCodec, hex, model, protocol, read, request, space } from "./cbor-test-model.ts";

describe("answers", () => {
  const written = (operation: string, output: Record<string, unknown>) =>
    codecOf(operation).writeOutput(output, request(), "id");

  test("are of the types that the model has, in maps without their length", () => {
    const output = {
      trueBooleanValue: true,
      byteValue: 5,
      doubleValue: 2,
      floatValue: 7.625,
      integerValue: -1000,
      longValue: 2 ** 40,
      stringValue: "é🌿",
      blobValue: Buffer.from("foo"),
      shortValue: undefined,
      notOfTheModel: 1,
    };
    const { status, headers, body } = written("SimpleScalarProperties", output);
    expect([status, headers]).toEqual([
      200,
      { "smithy-protocol": "rpc-v2-cbor", "Content-Type": "application/cbor", "x-amzn-RequestId": "id" },
    ]);
    const member = (name: string, value: string) =>
      `${Buffer.from(cbor.serialize(name)).toString("hex")}${value.replaceAll(" ", "")}`;
    expect(Buffer.from(body as Uint8Array).toString("hex")).toBe(
      [
        "bf",
        member("trueBooleanValue", "f5"),
        member("byteValue", "05"),
        member("doubleValue", "fb 4000000000000000"),
        member("floatValue", "fa 40f40000"),
        member("integerValue", "39 03e7"),
        member("longValue", "1b 0000010000000000"),
        member("stringValue", "66 c3a9f09f8cbf"),
        member("blobValue", "43 666f6f"),
        "ff",
      ].join(""),
    );
  });

  test("times are floats, lists have their length, null in lists stays", () => {
    const time = new Date(946845296123);
    const { body } = written("Collections", {
      when: time,
      stringList: ["a", null],
      integerList: [],
      denseNumberMap: {},
    });
    expect(Buffer.from(body as Uint8Array).toString("hex")).toContain(
      `${Buffer.from(cbor.serialize("when")).toString("hex")}c1fb41cc37db380fbe77`,
    );
    expect(read(body as Uint8Array, collectionCodec)).toEqual({ when: time, stringList: ["a", null] });
  });

  test("of every length are read by another decoder", () => {
    for (const length of [0, 1, 23, 24, 255, 256, 65_535, 65_536, 200_000]) {
      const output = {
        stringValue: "ä".repeat(length),
        blobValue: Buffer.alloc(length, 7),
        longValue: length,
        integerValue: -length - 1,
      };
      const decoded = cbor.deserialize(written("SimpleScalarProperties", output).body as Uint8Array);
      expect({ ...decoded, blobValue: Buffer.from(decoded.blobValue) }).toEqual(output);
    }
  });

  test("without an output have no body and no content type", () => {
    expect(written("NoInputOutput", {})).toEqual({
      status: 200,
      headers: { "smithy-protocol": "rpc-v2-cbor", "x-amzn-RequestId": "id" },
    });
    expect(written("Tree", {}).body).toEqual(hex("bf ff"));
  });
});

describe("faults", () => {
  const written = (fault: Fault, headers = {}) =>
    protocol.writeFault(describeFault(fault, model), request(headers), "id");
  test("are written as published", () => {
    expect(written(new Fault("InvalidGreeting", "Hi"))).toEqual({
      status: 400,
      headers: { "smithy-protocol": "rpc-v2-cbor", "Content-Type": "application/cbor", "x-amzn-RequestId": "id" },
      body: base64("v2ZfX3R5cGV4LnNtaXRoeS5wcm90b2NvbHRlc3RzLnJwY3YyQ2JvciNJbnZhbGlkR3JlZXRpbmdnTWVzc2FnZWJIaf8="),
    });
  });
  test("have the members of their model, and a message whether it has one or not", () => {
    const { body } = written(
      new Fault("ComplexError", "m", { members: { TopLevel: "Top level", Nested: { Foo: "bar" }, Other: 1 } }),
    );
    expect(cbor.deserialize(body as Uint8Array)).toEqual({
      __type: `${space}#ComplexError`,
      message: "m",
      TopLevel: "Top level",
      Nested: { Foo: "bar" },
    });
  });
  test("that the model lacks are in its namespace; without a service there is none", () => {
    const fault = new Fault("InternalFailure", "ü", { status: 500 });
    const { status, body } = written(fault);
    expect([status, cbor.deserialize(body as Uint8Array)]).toEqual([
      500,
      { __type: `${space}#InternalFailure`, message: "ü" },
    ]);
    const unknown = protocol.writeFault(describeFault(fault, undefined), request(), "id");
    expect(cbor.deserialize(unknown.body as Uint8Array)).toEqual({ __type: "InternalFailure", message: "ü" });
  });
  test("tell clients in query mode the query code", () => {
    expect(written(new Fault("Oh", ""), { "x-amzn-query-mode": "true" }).headers).toMatchObject({
      "x-amzn-query-error": "Oh;Sender",
    });
    expect(written(new Fault("Oh", "")).headers).not.toHaveProperty("x-amzn-query-error");
  });
});
