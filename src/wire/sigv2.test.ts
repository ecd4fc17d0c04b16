import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readServiceModel } from "./schema.ts";
import { readSigv2, signedParameters, unsignedParameters, verifySigv2 } from "./sigv2.ts";

/** The query string example of the S3 documentation, "Signing and authenticating REST requests" (bucket in the path). */
const request = {
  method: "GET",
  path: "/johnsmith/photos/puppy.jpg",
  query: "AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620",
  headers: { host: "s3.amazonaws.com" },
};
const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const inTime = 1175139620_000;

it("verifies the published example", () => {
  verifySigv2(request, readSigv2(request, inTime)!, secret);
});

it("verifies a URL that asks for a file name beyond ASCII, as boto3 signs it", () => {
  const name = "attachment%3B%20filename%3D%22%C3%A9%E4%BD%A0.csv%22";
  const query = `AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=YiPTado19hpGzRDIGev5EkfcGg0%3D&Expires=1175139620&response-content-disposition=${name}`;
  verifySigv2({ ...request, query }, readSigv2({ ...request, query }, inTime)!, secret);
});

it("verifies the URL of a listing, which boto3 signs with a slash after the bucket", () => {
  const query =
    "list-type=2&prefix=a&encoding-type=url&AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=O0v6SWPdo4x4nFD0qcXbN1ErM%2F8%3D&Expires=1175139620";
  const listing = { ...request, path: "/johnsmith", query };
  verifySigv2(listing, readSigv2(listing, inTime)!, secret);
  expect(() => verifySigv2({ ...listing, path: "/johnsmit" }, readSigv2(listing, inTime)!, secret)).toThrow();
});

it("verifies the published example as it was sent, with the bucket in the host's name only", () => {
  const sent = { ...request, path: "/photos/puppy.jpg", headers: { host: "johnsmith.s3.amazonaws.com" } };
  const signature = readSigv2(sent, inTime)!;
  verifySigv2(sent, signature, secret, "johnsmith");
  expect(() => verifySigv2(sent, signature, secret)).toThrow("does not match");
  // The host is not signed: a link must not be turned into one for another bucket by it.
  expect(() => verifySigv2(request, signature, secret, "victim")).toThrow("does not match");
});

it.each([
  { method: "PUT" },
  { path: "/johnsmith/photos/kitten.jpg" },
  { query: `${request.query}&acl` },
  { headers: { ...request.headers, "x-amz-meta-a": "b" } },
])("refuses it with another %o", (change) => {
  const changed = { ...request, ...change };
  expect(() => verifySigv2(changed, readSigv2(changed, inTime)!, secret)).toThrow("does not match");
});

it("refuses a URL whose time is over or whose parts are missing", () => {
  expect(() => readSigv2(request, inTime + 1)).toThrow("Request has expired");
  expect(() => readSigv2({ ...request, query: "AWSAccessKeyId=a&Expires=1" }, 0)).toThrow("requires the Signature");
  expect(() => readSigv2({ ...request, query: "AWSAccessKeyId=a&Expires=x&Signature=y" }, 0)).toThrow("Invalid date");
  expect(readSigv2({ ...request, query: "list-type=2" }, 0)).toBeUndefined();
});

describe("what was signed and what travels", () => {
  const given = "AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1175139620";
  const sign = (text: string) => encodeURIComponent(createHmac("sha1", secret).update(text).digest("base64"));
  const accepted = (sent: { path?: string; query?: string }, resource: string) => {
    const signature = sign(`GET\n\n\n1175139620\n${resource}`);
    const query = [sent.query, given, `Signature=${signature}`].filter(Boolean).join("&");
    const linked = { ...request, path: sent.path ?? "/b/k", query };
    try {
      verifySigv2(linked, readSigv2(linked, inTime)!, secret);
      return true;
    } catch {
      return false;
    }
  };

  it.each([
    [{ query: "uploads" }, "/b/k?uploads"],
    [{ query: "uploads=" }, "/b/k?uploads"],
    [{ query: "uploads=" }, "/b/k?uploads="],
    [{ query: "versionId=1&prefix=a&acl" }, "/b/k?acl&versionId=1"],
    [{ query: "response-content-disposition=a+b%2Bc" }, "/b/k?response-content-disposition=a b+c"],
    [{ path: "/b/(a)%7Eb" }, "/b/%28a%29~b"],
    [{ path: "/b/(a)%7eb" }, "/b/(a)%7eb"],
    [{ path: "/b/a%2Fb" }, "/b/a/b"],
    [{ path: "/b", query: "list-type=2" }, "/b/"],
  ])("%o may differ from %s", (sent, resource) => {
    expect(accepted(sent, resource)).toBe(true);
  });

  it.each([
    [{ query: "uploads" }, "/b/k"],
    [{ query: "encryption" }, "/b/k"],
    [{ query: "attributes" }, "/b/k"],
    [{ query: "uploads=1" }, "/b/k?uploads"],
    [{ query: "response-content-disposition=a+b" }, "/b/k?response-content-disposition=a+b"],
    [{ path: "/b%2Fk" }, "/b/k"],
    [{ path: "/b/k/" }, "/b/k"],
  ])("%o is not %s", (sent, resource) => {
    expect(accepted(sent, resource)).toBe(false);
  });

  it("a signature whose plus signs were left bare is read", () => {
    const query = request.query.replace("%2B", "+");
    verifySigv2({ ...request, query }, readSigv2({ ...request, query }, inTime)!, secret);
  });

  it("every parameter of S3's model is signed, or only chooses a part of a listing", async () => {
    const model = readServiceModel(await import("@aws-sdk/client-s3"));
    const known = new Set([...signedParameters, ...unsignedParameters]);
    const unknown = [...model.operations.values()].flatMap(({ traits, input }) => [
      ...new URLSearchParams((traits.http as [string, string])[1].split("?")[1]).keys(),
      ...input.members.flatMap((member) => (member.traits.httpQuery as string | undefined) ?? []),
    ]);
    expect(unknown.filter((name) => !known.has(name))).toEqual([]);
  });
});
