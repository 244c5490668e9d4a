/** Whether a text has a format of JSON Schema (RFC 3339, 3986, 5321, 5322, 6901), or undefined for a format that is not known: it allows everything. */
export const formatCheck = (format: string): ((text: string) => boolean) | undefined => FORMATS.get(format);

const HOST_LABEL = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;
const LOCAL_PART = /^[a-zA-Z0-9.!#$%&'*+\-/=?^_`{|}~]*$/;
const IPV4 = /^(?:(?:0|1\d{0,2}|2(?:[0-4]\d?|5[0-5]?|[6-9])?|[3-9]\d?)(?:\.(?!$)|$)){4}$/;
const HEX_GROUP = /^[0-9a-fA-F]{1,4}$/;
const UUID = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:[zZ]|([+-])(\d{2}):(\d{2}))$/;
const DURATION = /^P(?!$)(?:\d+W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)$/;
const POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/;
const RELATIVE_POINTER = /^(?:0|[1-9]\d*)(?:#|(?:\/(?:[^~/]|~[01])*)*)$/;
const SEMVER = /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/;
const SCHEME = /^[a-zA-Z][a-zA-Z0-9+.-]*:/;
/** What Go's net/url refuses anywhere: control characters, and a % without two digits behind it. */
const NO_URL = /[\0-\x20\x7f]|%(?![0-9a-fA-F]{2})/;

const isHostname = (text: string): boolean => {
  const name = text.endsWith(".") ? text.slice(0, -1) : text;
  return name.length <= 253 && name.split(".").every((label) => HOST_LABEL.test(label));
};

const isIPv4 = (text: string): boolean => IPV4.test(text);

/** Eight groups of hexadecimal digits; `::` stands for one or more of zeros, the last two may be an IPv4 address. */
function isPlainIPv6(text: string): boolean {
  const halves = text.split("::");
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const last = groups.at(-1) ?? "";
  const hasIPv4 = last.includes(".") && !text.endsWith("::");
  const count = groups.length + (hasIPv4 ? 1 : 0);
  const isEach = groups.every((group, index) => HEX_GROUP.test(group) || (hasIPv4 && index === groups.length - 1 && isIPv4(group)));
  return isEach && (halves.length === 1 ? count === 8 : halves.length === 2 && count < 8);
}

function isEmail(text: string): boolean {
  const at = text.lastIndexOf("@");
  if (text.length > 254 || at < 0 || at > 64) return false;
  const local = text.slice(0, at);
  const domain = text.slice(at + 1);
  const isQuoted = local.length > 1 && local.startsWith('"') && local.endsWith('"');
  if (isQuoted ? /["\\]/.test(local.slice(1, -1)) : local.startsWith(".") || local.endsWith(".") || local.includes("..") || !LOCAL_PART.test(local)) return false;
  if (!domain.startsWith("[") || !domain.endsWith("]")) return isHostname(domain);
  const address = domain.slice(1, -1);
  return address.startsWith("IPv6:") ? isPlainIPv6(address.slice(5)) : isIPv4(address);
}

function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  const isLeap = Number(year) % 4 === 0 && (Number(year) % 100 !== 0 || Number(year) % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][Number(month) - 1];
  return days !== undefined && Number(day) >= 1 && Number(day) <= days;
}

function isTime(text: string): boolean {
  const match = TIME.exec(text);
  if (match === null) return false;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const [zoneHour, zoneMinute] = [Number(match[5] ?? 0), Number(match[6] ?? 0)];
  if (hour > 23 || minute > 59 || second > 60 || zoneHour > 23 || zoneMinute > 59) return false;
  const sign = match[4] === "-" ? 1 : -1;
  const utc = (hour * 60 + minute + sign * (zoneHour * 60 + zoneMinute) + 1440) % 1440;
  return second < 60 || utc === 1439;
}

const isDateTime = (text: string): boolean => /^[tT]$/.test(text[10] ?? "") && isDate(text.slice(0, 10)) && isTime(text.slice(11));

function isUriReference(text: string): boolean {
  if (NO_URL.test(text.replaceAll(/ /g, "+")) || text.startsWith(":")) return false;
  const [, authority] = /^(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?\/\/([^/?#]*)/.exec(text) ?? [];
  if (authority === undefined) return true;
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const [, address] = /^\[([^\]]*)\](?::\d*)?$/.exec(host) ?? [];
  if (address !== undefined) return isPlainIPv6(address);
  return /^[^[\]: ]*(?::\d*)?$/.test(host);
}

const isUri = (text: string): boolean => SCHEME.test(text) && isUriReference(text);

function isUriTemplate(text: string): boolean {
  return isUriReference(text.replaceAll(/[{}]/g, "x")) && text.split("/").every((step) => /^[^{}]*(?:\{[^{}]*\}[^{}]*)*$/.test(step));
}

function isPeriod(text: string): boolean {
  const slash = text.indexOf("/");
  const [start, end] = [text.slice(0, slash), text.slice(slash + 1)];
  if (slash < 0) return false;
  if (start.startsWith("P")) return DURATION.test(start) && isDateTime(end);
  return isDateTime(start) && (end.startsWith("P") ? DURATION.test(end) : isDateTime(end));
}

const FORMATS: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ["json-pointer", (text: string) => POINTER.test(text)],
  ["relative-json-pointer", (text: string) => RELATIVE_POINTER.test(text)],
  ["uuid", (text: string) => UUID.test(text)],
  ["duration", (text: string) => DURATION.test(text)],
  ["period", isPeriod],
  ["ipv4", isIPv4],
  ["ipv6", isPlainIPv6],
  ["hostname", isHostname],
  ["email", isEmail],
  ["date", isDate],
  ["time", isTime],
  ["date-time", isDateTime],
  ["uri", isUri],
  ["iri", isUri],
  ["uri-reference", (text: string) => !text.includes("\\") && isUriReference(text)],
  ["iri-reference", (text: string) => !text.includes("\\") && isUriReference(text)],
  ["uri-template", isUriTemplate],
  ["semver", (text: string) => SEMVER.test(text)],
]);
