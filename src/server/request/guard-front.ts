import { BlockList, isIPv6 } from "node:net";
import { Fault } from "../../aws/faults.ts";
import type { Callers } from "../../fronts/front.ts";
import { type HostNames, hostOf } from "../../wire/host-names.ts";
import { type Address, type HttpRequest, inUrl } from "../http/http-request.ts";

/** Checks a request for a front before the front sees it, and returns whether it came by TLS. */
export type FrontGuard = (callers: Callers, request: HttpRequest, upgrades?: boolean) => boolean;

/**
 * Makes the one place where Host and Origin are checked. A request that is signed needs neither: its signature covers the
 * host, and no web page can make one.
 */
export function createFrontGuard(names: HostNames, trustedProxy: string): FrontGuard {
  const proxies = proxyList(trustedProxy);

  return (callers, request, upgrades = false) => {
    const { headers } = request.head;
    const secure = proxies(request.peer) && lastOf(headers["x-forwarded-proto"]) === "https";
    if (callers === "signed") return secure;
    const host = hostOf(request.head);
    if (!names.knows(host)) throw unknownHost(host);
    if (callers === "anyone") return secure;
    if (!request.local && !secure) throw inTheClear(request.own);
    checkOrigin(request, `${secure ? "https" : "http"}://${(headers.host ?? "").toLowerCase()}`, upgrades);
    return secure;
  };
}

/**
 * Refuses what a page of another origin sends. It may lead a browser here by a link (a navigation that changes nothing),
 * but neither read nor send anything.
 */
function checkOrigin({ head }: HttpRequest, own: string, upgrades: boolean): void {
  const { method, headers } = head;
  const reads = (method === "GET" || method === "HEAD") && !upgrades;
  const site = headers["sec-fetch-site"];
  const isNavigation = reads && headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
  if (site !== undefined && site !== "same-origin" && site !== "none" && !isNavigation) throw foreign(String(site));
  const { origin } = headers;
  if (origin === undefined ? !reads : origin.toLowerCase() !== own) throw foreign(origin ?? "no Origin");
}

/** Of several values of a header, the one that the proxy nearest to the server has added. */
const lastOf = (header: string | string[] | undefined): string =>
  String(header ?? "")
    .split(",")
    .at(-1)!
    .trim()
    .toLowerCase();

function proxyList(setting: string): (address: string) => boolean {
  const list = new BlockList();
  const family = (address: string) => (isIPv6(address) ? "ipv6" : "ipv4");
  for (const text of setting.split(",").map((one) => one.trim())) {
    const [address = "", bits] = text.split("/");
    if (address === "") continue;
    if (bits === undefined) list.addAddress(address, family(address));
    else list.addSubnet(address, Number(bits), family(address));
  }
  return (address) => {
    const plain = address.replace(/^::ffff:/, "");
    return plain !== "" && list.check(plain, family(plain));
  };
}

const unknownHost = (host: string): Fault =>
  new Fault(
    "MisdirectedRequest",
    `This server does not know itself as "${host}". Names besides localhost and addresses are given by the setting SAGEBRUSH_HOST_NAME.`,
    { status: 421 },
  );

/** The tunnel ends at the address that was reached: the server may listen on no other. */
const inTheClear = ({ address, port }: Address): Fault =>
  new Fault(
    "AccessDeniedException",
    `Studio is not shown to other machines over plain HTTP, where anyone between could read along. There are two ways: an SSH tunnel (ssh -L ${port}:${inUrl(address.replace(/^::ffff:/, ""))}:${port} MACHINE, then http://localhost:${port}/_studio/), or a proxy with TLS before the server, whose address the setting SAGEBRUSH_TRUSTED_PROXY names.`,
    { status: 403 },
  );

const foreign = (what: string): Fault =>
  new Fault("AccessDeniedException", `A page of another origin may not send this request (${what}).`, { status: 403 });
