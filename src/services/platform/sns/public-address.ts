import { lookup as lookUp } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** What is no address of somebody else's server in the Internet (IANA's special-purpose registries). */
const special = blockListOf({
  ipv4: [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
  ],
  ipv6: [
    "::/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
  ],
});

function blockListOf(subnets: Readonly<Record<"ipv4" | "ipv6", readonly string[]>>): BlockList {
  const list = new BlockList();
  for (const family of ["ipv4", "ipv6"] as const)
    for (const subnet of subnets[family]) {
      const [network, bits] = subnet.split("/");
      list.addSubnet(network!, Number(bits), family);
    }
  return list;
}

/** Whether an address is one of the Internet. Those of IPv4 may be written as IPv6's. */
export function isPublicAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  const family = isIP(mapped);
  if (family === 0) return false;
  // Mapped addresses in hexadecimal are IPv4's too.
  if (family === 6 && /^::ffff:/i.test(mapped)) return false;
  return !special.check(mapped, family === 4 ? "ipv4" : "ipv6");
}

/** Finds addresses as node:dns does, and refuses a name that has one which is not of the Internet. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, "", 0);
    const refused = addresses.find(({ address }) => !isPublicAddress(address));
    if (refused)
      return callback(
        new Error(`${hostname} has the private address ${refused.address}, to which topics send nothing`),
        "",
        0,
      );
    if (options.all) return callback(null, addresses);
    const [first] = addresses;
    callback(null, first!.address, first!.family);
  });
};
