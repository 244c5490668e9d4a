import { fromBytes, toBytes } from "../go/bytes.ts";
import { quote } from "../go/strconv.ts";

/** A part of a URL: each lets other characters stand as they are. */
export type UrlPart = "path" | "host" | "zone" | "user" | "fragment";

const KEPT: Readonly<Record<UrlPart, RegExp>> = {
  path: /[\w.~$&+,/:;=@-]/u,
  host: /[\w.~!$&'()*+,;=:[\]<>"-]/u,
  zone: /[\w.~!$&'()*+,;=:[\]<>"-]/u,
  user: /[\w.~$&+,;=-]/u,
  fragment: /[\w.~$&+,/:;=?@!()*-]/u,
};
const HEX = /^[0-9A-Fa-f]{2}$/u;

/** One character for each byte, so that offsets are bytes. */
export const toLatin = (text: string): string => Buffer.from(toBytes(text)).toString("latin1");
/** The text of such characters. */
export const fromLatin = (text: string): string => fromBytes(Buffer.from(text, "latin1"));

/** Bytes (as toLatin gives them) with `%XX` for what the part does not let stand. */
export function escapePart(latin: string, part: UrlPart): string {
  let out = "";
  for (const byte of latin) out += KEPT[part].test(byte) ? byte : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  return out;
}

/** Bytes without `%XX`. Throws Error with Go's text for a broken escape and for what a host may not have. */
export function unescapePart(latin: string, part: UrlPart): string {
  const isHost = part === "host" || part === "zone";
  if (!isHost && !latin.includes("%")) return latin;
  let out = "";
  for (let at = 0; at < latin.length; at += 1) {
    const byte = latin.charAt(at);
    if (byte === "%") {
      out += unescaped(latin.slice(at, at + 3), part);
      at += 2;
    } else if (isHost && byte < "\u0080" && !KEPT.host.test(byte)) {
      throw new Error(`invalid character ${quote(byte)} in host name`);
    } else {
      out += byte;
    }
  }
  return out;
}

function unescaped(escape: string, part: UrlPart): string {
  const byte = HEX.test(escape.slice(1)) ? Number.parseInt(escape.slice(1), 16) : undefined;
  if (byte === undefined || !isAllowed(byte, part)) throw new Error(`invalid URL escape ${quote(fromLatin(escape))}`);
  return String.fromCharCode(byte);
}

/** A host takes escapes of bytes beyond ASCII only, its zone also those of what may stand there anyway. */
function isAllowed(byte: number, part: UrlPart): boolean {
  if (byte === 0x25 || (part !== "host" && part !== "zone")) return true;
  return part === "host" ? byte >= 0x80 : byte === 0x20 || KEPT.host.test(String.fromCharCode(byte));
}
