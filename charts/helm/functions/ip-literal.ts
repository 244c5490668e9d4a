import { quote } from "../go/strconv.ts";

const FIELDS = 8;

/** What is wrong with the address between the brackets of a URL's host, in the words of Go's net/netip; undefined where nothing is. */
export function addressProblem(address: string): string | undefined {
  const first = /[.:%]/u.exec(address)?.[0];
  if (first === ":") return problemOfSix(address);
  if (first === undefined) return explain(address, "unable to parse IP");
  if (first === "%") return explain(address, "missing IPv6 address");
  return problemOfFour(address, address) ?? "invalid IP-literal";
}

const explain = (address: string, problem: string, at = ""): string => `invalid host: ParseAddr(${quote(address)}): ${problem}${at === "" ? "" : ` (at ${quote(at)})`}`;

function problemOfFour(address: string, text: string): string | undefined {
  let digits = "";
  let dots = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character >= "0" && character <= "9") {
      if (digits === "0") return explain(address, "IPv4 field has octet with leading zero");
      digits += character;
      if (Number(digits) > 255) return explain(address, "IPv4 field has value >255");
    } else if (character === ".") {
      if (digits === "" || at === text.length - 1) return explain(address, "IPv4 field must have at least one digit", text.slice(at));
      if (dots === 3) return explain(address, "IPv4 address too long");
      dots += 1;
      digits = "";
    } else {
      return explain(address, "unexpected character", text.slice(at));
    }
  }
  return dots < 3 ? explain(address, "IPv4 address too short") : undefined;
}

/** An IPv6 address being read from left to right. */
interface Reading {
  readonly address: string;
  rest: string;
  /** Fields of 16 bits that were read. */
  count: number;
  /** Whether there was a `::`. */
  hasGap: boolean;
}

function problemOfSix(address: string): string | undefined {
  const zone = address.indexOf("%");
  if (zone === address.length - 1) return explain(address, "zone must be a non-empty string");
  const text = zone < 0 ? address : address.slice(0, zone);
  const hasGap = text.startsWith("::");
  const reading: Reading = { address, rest: hasGap ? text.slice(2) : text, count: 0, hasGap };
  if (reading.rest === "") return undefined;
  while (reading.count < FIELDS && reading.rest !== "") {
    const problem = readField(reading) ?? readColon(reading);
    if (problem !== undefined) return problem;
  }
  if (reading.rest !== "") return explain(address, "trailing garbage after address", reading.rest);
  if (reading.count < FIELDS) return reading.hasGap ? undefined : explain(address, "address string too short");
  return reading.hasGap ? explain(address, "the :: must expand to at least one field of zeros") : undefined;
}

function readField(reading: Reading): string | undefined {
  const { address, rest } = reading;
  const digits = /^[0-9A-Fa-f]*/u.exec(rest)?.[0] ?? "";
  const problem = fieldProblem(digits);
  if (problem !== undefined) return explain(address, problem, rest);
  if (rest.charAt(digits.length) === ".") return readEmbedded(reading);
  reading.count += 1;
  reading.rest = rest.slice(digits.length);
  return undefined;
}

/** An IPv4 address in place of the last two fields. */
function readEmbedded(reading: Reading): string | undefined {
  const { address, rest, count } = reading;
  if (!reading.hasGap && count !== FIELDS - 2) return explain(address, "embedded IPv4 address must replace the final 2 fields of the address", rest);
  if (count > FIELDS - 2) return explain(address, "too many hex fields to fit an embedded IPv4 at the end of the address", rest);
  reading.count += 2;
  reading.rest = "";
  return problemOfFour(address, rest);
}

/** What stands between two fields. */
function readColon(reading: Reading): string | undefined {
  const { address, rest } = reading;
  if (rest === "") return undefined;
  if (!rest.startsWith(":")) return explain(address, "unexpected character, want colon", rest);
  if (rest === ":") return explain(address, "colon must be followed by more characters", rest);
  reading.rest = rest.slice(1);
  if (!reading.rest.startsWith(":")) return undefined;
  if (reading.hasGap) return explain(address, "multiple :: in address", reading.rest);
  reading.hasGap = true;
  reading.rest = rest.slice(2);
  return undefined;
}

function fieldProblem(digits: string): string | undefined {
  if (digits === "") return "each colon-separated field must have at least one digit";
  return digits.length > 4 ? "each group must have 4 or less digits" : undefined;
}
