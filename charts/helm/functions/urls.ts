import { kindName } from "../go/types.ts";
import { GoMap, type FunctionTable, type GoValue } from "../go/value.ts";
import { define, fn } from "./define.ts";
import { fromLatin, toLatin } from "./url-escape.ts";
import { formatUrl, hostName, parseUrl } from "./url.ts";

/** `urlParse` and `urlJoin`: a URL as a map of its parts. */
export const urlFunctions: FunctionTable = define({
  urlParse: fn(["string"], parse),
  urlJoin: fn(["map[string]any"], join),
});

function parse(text: string): GoMap {
  const { scheme, opaque, user, host, path, query, fragment } = explained("unable to parse url", () => parseUrl(toLatin(text)));
  const parts = { scheme, host, hostname: hostName(host), path, query, opaque, fragment, userinfo: user ?? "" };
  return new GoMap(new Map<string, GoValue>(Object.entries(parts).map(([name, part]) => [name, fromLatin(part)])));
}

function join({ entries }: GoMap): string {
  const part = (name: string): string => toLatin(textOfPart(name, entries.get(name)));
  const url = { scheme: part("scheme"), host: part("host"), path: part("path"), query: part("query"), opaque: part("opaque"), fragment: part("fragment") };
  const userinfo = part("userinfo");
  const user = userinfo === "" ? undefined : explained("unable to parse userinfo in dict", () => parseUrl(`proto://${userinfo}@host`)).user;
  return fromLatin(formatUrl({ ...url, user }));
}

function textOfPart(name: string, value: GoValue | undefined): string {
  if (value === undefined) return "";
  if (value === null) throw new Error("runtime error: invalid memory address or nil pointer dereference");
  if (typeof value !== "string") throw new Error(`unable to parse ${name} key, must be of type string, but ${kindName(value)} found`);
  return value;
}

function explained<Value>(what: string, call: () => Value): Value {
  try {
    return call();
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error }); // parseUrl throws nothing else
  }
}
