import { defineSetting } from "../../base/define-setting.ts";

const isIpv4 = (text: string): boolean =>
  /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split(".").every((part) => Number(part) <= 255);

function isIpv6(text: string): boolean {
  const halves = text.split("::");
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const isWhole = halves.length === 1 ? groups.length === 8 : halves.length === 2 && groups.length < 8;
  return isWhole && groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group));
}

/** Whether a text is an address, or a network such as 10.0.0.0/8. */
function isAddress(text: string): boolean {
  const [, address, bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  if (address === undefined) return false;
  const most = isIpv4(address) ? 32 : isIpv6(address) ? 128 : -1;
  return Number(bits ?? 0) <= most;
}

export const trustedProxy = defineSetting({
  words:
    "The addresses of proxies with TLS, with commas between: from them, X-Forwarded-Proto is believed. Studio is open to other machines only by such a proxy, or by an SSH tunnel.",
  default: "",
  parse: (value) => (value.split(",").every((text) => isAddress(text.trim())) ? value : undefined),
  allowed: "addresses or networks such as 127.0.0.1,10.0.0.0/8",
});
