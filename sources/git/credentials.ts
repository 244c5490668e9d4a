import { X509Certificate } from "node:crypto";
import { ReconcileError } from "../../src/errors.ts";

/** What proves who asks. */
export type GitAuth =
  | { readonly kind: "Basic"; readonly username: string; readonly password: string }
  | { readonly kind: "Bearer"; readonly token: string };

/** Credentials for a Git server, as a Secret holds them. Never shown; `owner` and `keys` are what errors name. */
export interface GitCredentials {
  /** Whose they are: `<namespace>/<name>` of the Secret. Stores are kept apart by it. */
  readonly owner: string;
  /** The keys of the Secret that are used. */
  readonly keys: readonly string[];
  readonly auth?: GitAuth;
  /** Certificates, PEM, trusted besides those of the system. */
  readonly ca?: string;
}

/** A Secret as the API server gives it: values in base64. */
export interface SecretData {
  readonly namespace: string;
  readonly name: string;
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * Reads a Secret with the keys that Flux uses: `username` and `password`, or `bearerToken`, and `ca.crt`. Line ends
 * after a value are dropped. Throws CREDENTIALS_INVALID with everything that is wrong; never with a value.
 */
export function parseCredentials(secret: SecretData): GitCredentials {
  const read = (key: string): string | undefined => valueOf(secret, key);
  const [username, password, token, ca] = [read("username"), read("password"), read("bearerToken"), read("ca.crt")];
  const problems = [
    ...pairProblems(username, password, token),
    ...textProblems({ username, password, bearerToken: token }),
    ...(username?.includes(":") === true ? ["username has a colon, which basic authentication cannot carry"] : []),
    ...(ca === undefined ? [] : certificateProblems(ca)),
  ];
  if (problems.length > 0) throw new ReconcileError("CREDENTIALS_INVALID", `Secret ${secret.namespace}/${secret.name}: ${problems.join("; ")}`);
  const auth = authOf(username, password, token);
  return {
    owner: `${secret.namespace}/${secret.name}`,
    keys: ["username", "password", "bearerToken", "ca.crt"].filter((key) => read(key) !== undefined),
    ...(auth === undefined ? {} : { auth }),
    ...(ca === undefined ? {} : { ca }),
  };
}

/** The value of the Authorization header. */
export function authorizationOf(auth: GitAuth): string {
  switch (auth.kind) {
    case "Basic":
      return `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString("base64")}`;
    case "Bearer":
      return `Bearer ${auth.token}`;
  }
}

/** Takes the credentials out of a text of the server, should it have echoed them. */
export function scrub(text: string, credentials: GitCredentials | undefined): string {
  const auth = credentials?.auth;
  if (auth === undefined) return text;
  const secret = auth.kind === "Basic" ? auth.password : auth.token;
  const forms = [authorizationOf(auth).split(" ")[1] ?? "", encodeURIComponent(secret), secret];
  return forms.filter((form) => form !== "").reduce((clean, form) => clean.replaceAll(form, "***"), text);
}

function valueOf(secret: SecretData, key: string): string | undefined {
  const data = secret.data ?? {};
  const encoded = Object.hasOwn(data, key) ? data[key] : undefined;
  if (encoded === undefined) return undefined;
  const value = Buffer.from(encoded, "base64").toString("utf8").replace(/[\r\n]+$/, "");
  return value === "" ? undefined : value;
}

function pairProblems(username: string | undefined, password: string | undefined, token: string | undefined): string[] {
  if (token !== undefined) return username === undefined && password === undefined ? [] : ["it has bearerToken and username or password; keep one kind"];
  if (username !== undefined && password === undefined) return ["password is missing beside username"];
  if (username === undefined && password !== undefined) return ["username is missing beside password (for an access token most servers take any name, such as git)"];
  return [];
}

function textProblems(values: Readonly<Record<string, string | undefined>>): string[] {
  // oxlint-disable-next-line no-control-regex -- they would end a header
  const broken = Object.keys(values).filter((key) => /[\u0000-\u001f\u007f]/.test(values[key] ?? ""));
  return broken.map((key) => `${key} has line ends or control characters in it`);
}

function certificateProblems(pem: string): string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) return ["ca.crt has no certificate in PEM form"];
  return blocks.every(isCertificate) ? [] : ["ca.crt has a certificate that cannot be read"];
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).fingerprint256 !== "";
  } catch {
    return false;
  }
}

function authOf(username: string | undefined, password: string | undefined, token: string | undefined): GitAuth | undefined {
  if (token !== undefined) return { kind: "Bearer", token };
  return username === undefined || password === undefined ? undefined : { kind: "Basic", username, password };
}
