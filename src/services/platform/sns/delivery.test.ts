import { createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { defaultRetries, delayBefore } from "./delivery-policy.ts";
import { isPublicAddress } from "./public-address.ts";
import { selfSigned } from "./self-signed.ts";

test.each([
  ["1.1.1.1", true],
  ["2606:4700:4700::1111", true],
  ["127.0.0.1", false],
  ["10.1.2.3", false],
  ["169.254.169.254", false],
  ["172.31.0.1", false],
  ["192.168.1.1", false],
  ["100.64.0.1", false],
  ["0.0.0.0", false],
  ["255.255.255.255", false],
  ["::1", false],
  ["::ffff:127.0.0.1", false],
  ["::ffff:7f00:1", false],
  ["fd00::1", false],
  ["fe80::1", false],
  ["localhost", false],
])("the address %s is public: %s", (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});

test("a delivery is tried again at once, at the least delay, with backoff, at the greatest delay", () => {
  const policy = {
    ...{ numRetries: 8, numNoDelayRetries: 1, numMinDelayRetries: 2, numMaxDelayRetries: 2 },
    ...{ minDelayTarget: 10, maxDelayTarget: 30, backoffFunction: "linear" as const },
  };
  const delays = Array.from({ length: 9 }, (_, index) => delayBefore(index + 1, policy));
  expect(delays).toEqual([0, 10, 10, 10, 20, 30, 30, 30, undefined]);
  expect([1, 2, 3, 4].map((retry) => delayBefore(retry, defaultRetries))).toEqual([20, 20, 20, undefined]);
});

test("a certificate is one that Node reads and that its own key has signed", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = createPrivateKey(privateKey.export({ type: "pkcs8", format: "pem" }));
  const [from, until] = [Date.UTC(2026, 0, 1), Date.UTC(2056, 0, 1)];
  const certificate = new X509Certificate(selfSigned(key, { name: "topics", from, until, serial: Uint8Array.of(7) }));
  expect(certificate.subject).toBe("CN=topics");
  expect(new Date(certificate.validTo).getTime()).toBe(until);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
});
