import { joinPath } from "../tree-path.ts";

/** A folder of a repository that a path names. */
export interface RemoteUrl {
  /** Address of the repository. */
  readonly url: string;
  /** Branch, tag or commit; "" for what HEAD names. */
  readonly ref: string;
  /** A folder of it; "" is its root. */
  readonly path: string;
}

/** Parts of an address that is cut up as kustomize does it. */
interface Address {
  readonly scheme: string | undefined;
  readonly user: string;
  /** With the port. */
  readonly host: string;
  readonly path: string;
}

const SCHEME = /^(ssh|https?|file):\/\//i;
const USER = /^[a-z][a-z0-9-]*@/i;
const GITHUB = /^github\.com[/:]/i;
const MANIFEST = /\.(?:ya?ml|json)$/i;
/** What Git takes in the name of a ref, about: no spaces or wildcards, no `..`, no option. */
const REF = /^(?!-)(?!.*\.\.)[^\s~^:?*[\\\p{Cc}]{1,255}$/u;
const EXAMPLE = "write https://host/org/repository//folder?ref=v1";

/**
 * What kustomize 5.8 takes for a repository (api/internal/git/repospec.go), or undefined where it takes it for a path.
 * Throws Error for what names one that is not fetched: over SSH, from a disk, with credentials, or a single file.
 */
export function parseRemoteUrl(text: string): RemoteUrl | undefined {
  if (text.startsWith("/")) return undefined;
  const [, before = "", query = ""] = /^([^?]*)\??(.*)$/s.exec(text) ?? [];
  const address = addressOf(before);
  if (address === undefined) return undefined;
  checkScheme(text, address);
  const split = splitPath(address.path);
  if (split === undefined || address.host === "") throw new Error(`remote base "${text}" names no repository; ${EXAMPLE}`);
  if (!split.isMarked && MANIFEST.test(before)) throw new Error(`"${text}" is a single file: files are not fetched over HTTP, for they have no commit; copy it into the repository, or name a folder of its Git repository (https://host/org/repository//folder?ref=v1)`);
  const path = joinPath("", split.path.replace(/^\/+/, ""));
  if (path === undefined) throw new Error(`remote base "${text}" leads out of its repository`);
  return { url: checkedUrl(text, `${address.scheme ?? "https"}://${address.host}/${split.repository}`), ref: refOf(text, query), path };
}

/** Undefined for what has neither a scheme nor a user and is not of GitHub: a path. */
function addressOf(text: string): Address | undefined {
  let rest = text.replace(/^git::/i, "");
  const scheme = SCHEME.exec(rest)?.[1]?.toLowerCase();
  rest = scheme === undefined ? rest : rest.slice(scheme.length + 3);
  const user = USER.exec(rest)?.[0] ?? "";
  rest = rest.slice(user.length);
  if (scheme === undefined && user === "" && !GITHUB.test(rest)) return undefined;
  const end = scheme === undefined ? rest.search(/[/:]/) : rest.indexOf("/");
  const isGithub = GITHUB.test(rest);
  return { scheme: isGithub && scheme !== "ssh" ? "https" : scheme, user, host: isGithub ? "github.com" : rest.slice(0, Math.max(end, 0)), path: end < 0 ? "" : rest.slice(end + 1) };
}

function checkScheme(text: string, { scheme, user, host, path }: Address): void {
  if (scheme === "file") throw new Error(`remote base "${text}" is a path of a machine, which is not read; ${EXAMPLE}`);
  if (scheme === "ssh" || (user !== "" && (scheme === undefined || host === "github.com"))) throw new Error(`remote base "${text}" is fetched over SSH, which Driftless does not speak; write https://${host}/${path}`);
  if (user !== "" || host.includes("@")) throw new Error("remote base has credentials in its address; remote bases are fetched without any: take them out, or copy what is needed into the repository");
}

/** The explicit marks of a repository's end count in this order; without one it is the first two steps of the path. */
function splitPath(path: string): { readonly repository: string; readonly path: string; readonly isMarked: boolean } | undefined {
  const cut = (end: number, next: number): ReturnType<typeof splitPath> => (end === 0 ? undefined : { repository: path.slice(0, end), path: path.slice(next), isMarked: true });
  const azure = path.indexOf("_git/");
  if (azure >= 0) {
    const slash = path.indexOf("/", azure + 5);
    return slash < 0 ? cut(path.length, path.length) : cut(slash, slash + 1);
  }
  const double = path.indexOf("//");
  if (double >= 0) return cut(double, double + 2);
  const suffix = path.indexOf(".git");
  if (suffix >= 0) return cut(suffix + 4, suffix + 4);
  const [org, name, ...folders] = path.split("/");
  return !org || !name ? undefined : { repository: `${org}/${name}`, path: folders.join("/"), isMarked: false };
}

function checkedUrl(text: string, address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || url.hash !== "" || url.username !== "" || url.password !== "") throw new Error(`remote base "${text}" is no address of a repository; ${EXAMPLE}`);
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, "")}`;
}

/** `ref` counts more than `version`. What else kustomize reads there, its timeout and submodules, has no meaning here. */
function refOf(text: string, query: string): string {
  const values = new URLSearchParams(query);
  const ref = values.get("ref") || values.get("version") || "";
  if (ref !== "" && !REF.test(ref)) throw new Error(`remote base "${text}" has a ref that is no name of a branch, tag or commit`);
  return ref;
}
