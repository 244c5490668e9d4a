/*
 * URLs as Go 1.26's net/url takes them apart and puts them together. Texts are bytes here, one character for each (see
 * toLatin).
 */
import { quote } from "../go/strconv.ts";
import { addressProblem } from "./ip-literal.ts";
import { escapePart, fromLatin, unescapePart } from "./url-escape.ts";

/** The parts of a URL, without their marks and escapes; the query as it is written. */
export interface Url {
  readonly scheme: string;
  /** What follows the scheme where that is no path: `a@b.c` of a mailto. */
  readonly opaque: string;
  /** User and password, escaped as they are written; undefined where there is no `@`. */
  readonly user: string | undefined;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

type Authority = Pick<Url, "user" | "host">;

const NO_AUTHORITY: Authority = { user: undefined, host: "" };
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/u;
const PORT = /^(?::[0-9]*)?$/u;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\x00-\x1f\x7f]/u;
const USER = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/u;

/** A URL from its text. Throws Error with Go's text. */
export function parseUrl(text: string): Url {
  const [whole, fragment] = cut(text, "#");
  const url = blamed(whole, () => parseWhole(whole));
  return fragment === "" ? url : { ...url, fragment: blamed(text, () => unescapePart(fragment, "fragment")) };
}

/** The text of a URL. */
export function formatUrl({ scheme, opaque, user, host, path, query, fragment }: Url): string {
  let text = scheme === "" ? "" : `${scheme}:`;
  if (opaque === "") {
    if ((scheme !== "" || host !== "" || user !== undefined) && (host !== "" || path !== "" || user !== undefined)) text += `//${user === undefined ? "" : `${user}@`}${escapePart(host, "host")}`;
    const escaped = path === "*" ? path : escapePart(path, "path");
    if (escaped !== "" && !escaped.startsWith("/") && host !== "") text += "/";
    if (text === "" && cut(escaped, "/")[0].includes(":")) text += "./";
    text += escaped;
  } else {
    text += opaque;
  }
  return text + (query === "" ? "" : `?${query}`) + (fragment === "" ? "" : `#${escapePart(fragment, "fragment")}`);
}

/** The host without port and brackets. */
export function hostName(host: string): string {
  const colon = host.lastIndexOf(":");
  const name = colon >= 0 && PORT.test(host.slice(colon)) ? host.slice(0, colon) : host;
  return name.startsWith("[") && name.endsWith("]") ? name.slice(1, -1) : name;
}

function parseWhole(text: string): Url {
  if (CONTROL.test(text)) throw new Error("net/url: invalid control character in URL");
  const none: Url = { scheme: "", opaque: "", ...NO_AUTHORITY, path: "", query: "", fragment: "" };
  if (text === "*") return { ...none, path: text };
  if (text.startsWith(":")) throw new Error("missing protocol scheme");
  const written = SCHEME.exec(text)?.[1] ?? "";
  const [rest, query] = cut(written === "" ? text : text.slice(written.length + 1), "?");
  const url = { ...none, scheme: written.toLowerCase(), query };
  if (!rest.startsWith("/")) {
    if (written !== "") return { ...url, opaque: rest };
    if (cut(rest, "/")[0].includes(":")) throw new Error("first path segment in URL cannot contain colon");
  }
  if (!rest.startsWith("//") || (written === "" && rest.startsWith("///"))) return { ...url, path: unescapePart(rest, "path") };
  const slash = rest.indexOf("/", 2);
  const end = slash < 0 ? rest.length : slash;
  return { ...url, ...parseAuthority(url.scheme, rest.slice(2, end)), path: unescapePart(rest.slice(end), "path") };
}

function parseAuthority(scheme: string, authority: string): Authority {
  const at = authority.lastIndexOf("@");
  const host = parseHost(scheme, authority.slice(at + 1));
  if (at < 0) return { user: undefined, host };
  const written = authority.slice(0, at);
  if (!USER.test(written)) throw new Error("net/url: invalid userinfo");
  const user = written.includes(":") ? cut(written, ":").map(plainUser).join(":") : plainUser(written);
  return { user, host };
}

const plainUser = (text: string): string => escapePart(unescapePart(text, "user"), "user");

function parseHost(scheme: string, host: string): string {
  const bracket = host.lastIndexOf("[");
  if (bracket > 0) throw new Error("invalid IP-literal");
  if (bracket === 0) return parseLiteral(host);
  const colon = scheme === "http" || scheme === "https" ? host.indexOf(":") : host.lastIndexOf(":");
  if (colon >= 0) checkPort(host.slice(colon));
  return unescapePart(host, "host");
}

/** An address in brackets with a zone and a port. */
function parseLiteral(host: string): string {
  const end = host.lastIndexOf("]");
  if (end < 0) throw new Error("missing ']' in host");
  const port = host.slice(end + 1);
  checkPort(port);
  const name = host.slice(1, end);
  const zone = name.indexOf("%25");
  const address = zone < 0 ? unescapePart(name, "host") : unescapePart(name.slice(0, zone), "host") + unescapePart(name.slice(zone), "zone");
  const problem = addressProblem(fromLatin(address));
  if (problem !== undefined) throw new Error(problem);
  return `[${address}]${port}`;
}

function checkPort(port: string): void {
  if (!PORT.test(port)) throw new Error(`invalid port ${quote(fromLatin(port))} after host`);
}

function blamed<Value>(text: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    throw new Error(`parse ${quote(fromLatin(text))}: ${(error as Error).message}`, { cause: error }); // the parts throw nothing else
  }
}

function cut(text: string, mark: string): [before: string, behind: string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
