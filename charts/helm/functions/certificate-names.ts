import { textOf } from "../go/format.ts";
import { quote } from "../go/strconv.ts";
import type { GoList, GoValue } from "../go/value.ts";

/** The addresses of a certificate, 4 or 16 bytes each. Throws sprig's errors. */
export const ipsOf = (list: GoList): Buffer[] => list.items.map(ipOf);

/** The DNS names of a certificate. Throws sprig's and Go's errors. */
export const dnsNamesOf = (list: GoList): string[] => list.items.map(dnsNameOf);

function ipOf(item: GoValue): Buffer {
  if (typeof item !== "string") throw new Error(`error parsing ip: ${textOf(item)} is not a string`);
  const bytes = item.includes(":") ? sixteenBytes(item) : fourBytes(item);
  if (bytes === undefined) throw new Error(`error parsing ip: ${item}`);
  return bytes.length === 16 && bytes.subarray(0, 12).equals(MAPPED) ? bytes.subarray(12) : bytes;
}

/** Before the four bytes of an IPv4 address that is written as IPv6. */
const MAPPED = Buffer.from("00000000000000000000ffff", "hex");

const DECIMAL = /^(?:0|[1-9]\d{0,2})$/;
const GROUP = /^[\dA-Fa-f]{1,4}$/;

/** `10.0.0.1`; undefined where it is no such address. Leading zeros are none of Go's. */
function fourBytes(text: string): Buffer | undefined {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => DECIMAL.test(part) && Number(part) < 256) ? Buffer.from(parts.map(Number)) : undefined;
}

/** `fd00::1`, `::ffff:10.0.0.1`; undefined where it is no such address. */
function sixteenBytes(text: string): Buffer | undefined {
  const [head = [], tail, ...more] = text.split("::").map((side) => (side === "" ? [] : side.split(":")));
  const written = [...head, ...(tail ?? [])];
  const last = (tail ?? head).at(-1) ?? "";
  const four = last.includes(".") ? fourBytes(last) : undefined;
  const groups = four === undefined ? written : [...written.slice(0, -1), four.toString("hex", 0, 2), four.toString("hex", 2)];
  const missing = 8 - groups.length;
  if (more.length > 0 || !groups.every((group) => GROUP.test(group)) || (tail === undefined ? missing !== 0 : missing < 1)) return undefined;
  return Buffer.from(groups.toSpliced(head.length, 0, ...Array.from({ length: missing }, () => "0")).map((group) => group.padStart(4, "0")).join(""), "hex");
}

const ASCII = /^[\0-\x7F]*$/; // eslint-disable-line no-control-regex -- all of ASCII is meant

function dnsNameOf(item: GoValue): string {
  if (typeof item !== "string") throw new Error(`error processing alternate dns name: ${textOf(item)} is not a string`);
  if (!ASCII.test(item)) throw new Error(`error creating certificate: x509: ${quote(item)} cannot be encoded as an IA5String`);
  return item;
}
