/**
 * Whom a Notifier may contact. Who may write a Notifier must not thereby reach what only the operator reaches: the metadata service
 * of the cloud, the cluster's own services, the machine itself. What counts is the address that the connection goes to, at the moment
 * that it is made: a name that is harmless when it is looked at and not when it is used (DNS rebinding) gains nothing.
 */
import { lookup as systemLookup } from "node:dns";
import type { LookupAddress } from "node:dns";
import { isIP } from "node:net";
import type { BlockList, LookupFunction } from "node:net";
import { DeliveryError } from "./channel.ts";
import { addressSet, isRange, isSpecial, within } from "./address-ranges.ts";

/** What the operator allows besides public addresses. */
export interface Allowed {
  readonly hosts: ReadonlySet<string>;
  readonly addresses: BlockList;
}

/** Reads an allow list: ranges (`10.0.0.0/8`), addresses, and exact host names, without a port. Throws RangeError for what is none of them. */
export function parseAllowed(entries: readonly string[]): Allowed {
  const names = entries.filter((entry) => !isRange(entry));
  for (const name of names) if (!/^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/i.test(name)) throw new RangeError(`${JSON.stringify(name)} is no host name, no address and no range such as 10.0.0.0/8`);
  return { hosts: new Set(names.map((name) => name.toLowerCase())), addresses: addressSet(entries.filter(isRange)) };
}

/** The form in which host names are compared: as `URL` spells them, without a dot at the end. */
const hostName = (hostname: string): string => hostname.toLowerCase().replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");

/** Checks an address as it is written, and answers with it as a URL. Throws Refused, without showing a path or a query, which may be secret. */
export function checkUrl(text: string, allowed: Allowed, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new DeliveryError("Refused", `${what} is not an address; write https://host/path`);
  if (url.protocol !== "https:" && url.protocol !== "http:") throw new DeliveryError("Refused", `${what} begins with ${url.protocol}; only https:// and http:// are supported`);
  if (url.username !== "" || url.password !== "") throw new DeliveryError("Refused", `${what} has credentials in front of its host; a Secret is the place for them`);
  const host = hostName(url.hostname);
  if (isIP(host) !== 0 && !mayContact(host, host, allowed)) throw refusal(host, host);
  return url;
}

/** Whether a connection to `address`, which `host` stands for, may be made. */
export function mayContact(host: string, address: string, allowed: Allowed): boolean {
  return !isSpecial(address) || allowed.hosts.has(hostName(host)) || within(allowed.addresses, address) === true;
}

/** Thrown by the guarded look-up, inside the connecting of a socket. */
export class ForbiddenAddress extends Error {
  constructor(host: string, address: string) {
    super(refusal(host, address).message);
    this.name = "ForbiddenAddress";
  }
}

function refusal(host: string, address: string): DeliveryError {
  const where = host === address ? host : `${host} (${address})`;
  return new DeliveryError("Refused", `${where} is an address of a private network, of this machine or of nobody, which Notifiers may not contact; if it is meant, the operator's option --allow-destinations has to name it`);
}

/** How names become addresses. */
export type Lookup = (host: string, callback: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void) => void;

const bySystem: Lookup = (host, callback) => systemLookup(host, { all: true }, callback);

/** A look-up for `net.connect` that fails unless every address that the name stands for may be contacted; the socket goes to one of these. */
export function guardedLookup(allowed: Allowed, lookup: Lookup = bySystem): LookupFunction {
  return (host, options, callback) => {
    lookup(host, (error, addresses) => {
      if (error !== null) return callback(error, "");
      const forbidden = addresses.find(({ address }) => !mayContact(host, address, allowed));
      if (forbidden !== undefined) return callback(new ForbiddenAddress(hostName(host), forbidden.address), "");
      const family = options.family === 4 || options.family === 6 ? options.family : undefined;
      const fitting = addresses.filter((address) => family === undefined || address.family === family);
      const [first] = fitting;
      if (first === undefined) return callback(Object.assign(new Error(`no address for ${host}`), { code: "ENOTFOUND" }), "");
      return options.all === true ? callback(null, [...fitting]) : callback(null, first.address, first.family);
    });
  };
}
