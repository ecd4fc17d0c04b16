import { isIP } from "node:net";
import { defineSetting } from "../../base/define-setting.ts";

/** An address, or a network such as 10.0.0.0/8. */
function isAddress(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

export const trustedProxy = defineSetting({
  words:
    "The addresses of proxies with TLS, with commas between: what they say of the client in X-Forwarded-For and X-Forwarded-Proto is believed. Studio is open to other machines only by such a proxy, or by an SSH tunnel.",
  default: "",
  parse: (value) => (value.split(",").every((text) => isAddress(text.trim())) ? value : undefined),
  allowed: "addresses or networks such as 127.0.0.1,10.0.0.0/8",
});
