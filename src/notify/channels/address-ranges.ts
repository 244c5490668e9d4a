import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";

/** Addresses that no destination on the internet has (the special-purpose registries of IANA, RFC 6890, with multicast and what is reserved). */
const SPECIAL: readonly string[] = [
  "0.0.0.0/8", // this host
  "10.0.0.0/8",
  "100.64.0.0/10", // behind a carrier's NAT; cluster networks of some clouds
  "127.0.0.0/8",
  "169.254.0.0/16", // link-local: the metadata service of a cloud
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::/96", // unspecified, loopback, and IPv4 in its oldest disguise
  "64:ff9b:1::/48",
  "100::/64",
  "2001::/23", // Teredo among others
  "2001:db8::/32",
  "2002::/16", // 6to4, which leads to an IPv4 address within
  "3fff::/20",
  "5f00::/16",
  "fc00::/7", // unique-local
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
];

/** A set of addresses, made of `10.0.0.0/8`, `fd00::/8` or single addresses. Throws RangeError naming what is neither. */
export function addressSet(entries: readonly string[]): BlockList {
  const set = new BlockList();
  for (const entry of entries) {
    const range = parseRange(entry);
    if (range === undefined) throw new RangeError(`${JSON.stringify(entry)} is no address and no range such as 10.0.0.0/8`);
    set.addSubnet(range.address, range.bits, isIPv4(range.address) ? "ipv4" : "ipv6");
  }
  return set;
}

/** True for `10.0.0.0/8`, `fd00::/8`, and addresses. */
export const isRange = (text: string): boolean => parseRange(text) !== undefined;

function parseRange(text: string): { readonly address: string; readonly bits: number } | undefined {
  const [address = "", bits, ...rest] = text.split("/");
  const most = isIPv4(address) ? 32 : 128;
  if (isIP(address) === 0 || address.includes("%") || rest.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return undefined;
  const count = bits === undefined ? most : Number(bits);
  return count > most ? undefined : { address, bits: count };
}

let special: BlockList | undefined; // most commands never ask

/** True for an address that belongs to this machine, to a private network, or to nobody. What is no address counts as such. */
export function isSpecial(address: string): boolean {
  return within((special ??= addressSet(SPECIAL)), address) ?? true;
}

/** Whether an address is in a set; an IPv4 address within an IPv6 one is looked at by itself. Undefined for what is no address. */
export function within(set: BlockList, address: string): boolean | undefined {
  const plain = address.split("%")[0] ?? "";
  if (isIPv4(plain)) return set.check(plain, "ipv4");
  if (!isIPv6(plain)) return undefined;
  const inner = embedded(plain);
  return inner === undefined ? set.check(plain, "ipv6") : set.check(inner, "ipv4");
}

/** The IPv4 address in `::ffff:a.b.c.d` (mapped) and `64:ff9b::a.b.c.d` (NAT64, RFC 6052), however it is spelled. */
function embedded(address: string): string | undefined {
  const spelled = /^\[(?:::ffff:|64:ff9b::)(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4})?\]$/.exec(new URL(`http://[${address}]/`).hostname);
  if (spelled === null) return undefined;
  const [high, low] = [Number.parseInt(spelled[1] ?? "0", 16), Number.parseInt(spelled[2] ?? "0", 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
