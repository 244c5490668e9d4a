import { ReconcileError } from "../../src/errors.ts";

/**
 * Checks the address of a repository. Throws SPEC_INVALID, without showing what may be a password in it.
 * A trailing slash is dropped, so that one repository has one address.
 */
export function parseRemoteUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new ReconcileError("SPEC_INVALID", "the url is not an address; write https://host/path/to/repository.git");
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new ReconcileError("SPEC_INVALID", `the url begins with ${url.protocol}//; only https:// and http:// are supported`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new ReconcileError("SPEC_INVALID", `${displayUrl(url)}: the url has credentials in it; put them into a Secret and name it in secretRef`);
  }
  if (url.search !== "" || url.hash !== "") {
    throw new ReconcileError("SPEC_INVALID", `${displayUrl(url)}: the url has a query or a fragment; write the address that git clone takes`);
  }
  url.pathname = url.pathname.replace(/\/+$/, "");
  return url;
}

/** The address as it may be shown: without user, password, query and fragment. */
export function displayUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** The address of one of the services under a repository, such as `info/refs`. */
export function serviceUrl(base: URL, path: string, query = ""): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/+$/, "")}/${path}`;
  url.search = query;
  return url;
}
