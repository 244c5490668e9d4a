import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { ReconcileError } from "../src/errors.ts";
import type { SecretData } from "./git/credentials.ts";

/** A call of the webhook endpoint. */
export interface WebhookCall {
  /** Header names in lower case, as Node gives them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The body exactly as received. */
  readonly body: Uint8Array;
}

/** Whether a call comes from someone who knows the token. Any event is accepted, a ping too. */
export type WebhookVerdict = { readonly kind: "Accepted" } | { readonly kind: "Rejected"; readonly reason: string };

/** HMAC-SHA-256 of the body in hex; some senders put the name of the algorithm in front. */
const SIGNATURES: readonly { readonly header: string; readonly prefix: string }[] = [
  { header: "x-hub-signature-256", prefix: "sha256=" }, // GitHub, Gitea, Forgejo
  { header: "x-gitea-signature", prefix: "" },
  { header: "x-forgejo-signature", prefix: "" },
  { header: "x-hub-signature", prefix: "sha256=" }, // Bitbucket; GitHub's header of this name has SHA-1 and is not enough
];

/** GitLab sends the token itself. */
const TOKEN_HEADER = "x-gitlab-token";

/** Reads the key `token` of the Secret that a webhook names. Throws CREDENTIALS_INVALID. */
export function parseWebhookToken(secret: SecretData): string {
  const encoded = Object.hasOwn(secret.data ?? {}, "token") ? (secret.data?.["token"] ?? "") : "";
  const token = Buffer.from(encoded, "base64").toString("utf8").replace(/[\r\n]+$/, "");
  if (token === "") throw new ReconcileError("CREDENTIALS_INVALID", `Secret ${secret.namespace}/${secret.name}: token is missing; put a long random text there and into the webhook of the Git server`);
  return token;
}

/** The path that a Git server calls: nobody guesses it without the token, and a new object of the same name has another. */
export function webhookPath(token: string, source: { readonly namespace: string; readonly name: string; readonly uid: string }): string {
  const text = `${source.namespace}/${source.name}/${source.uid}`;
  return `/hooks/${createHmac("sha256", token).update(text).digest("hex")}`;
}

/** Checks the signature of GitHub, Gitea, Forgejo, Bitbucket, or the token of GitLab; compares in constant time. */
export function verifyWebhook(call: WebhookCall, token: string): WebhookVerdict {
  if (token === "") return { kind: "Rejected", reason: "there is no token to check against" };
  const signatures = SIGNATURES.map(({ header, prefix }) => ({ prefix, value: headerOf(call, header) })).filter(({ value, prefix }) => value?.startsWith(prefix) === true);
  const shown = headerOf(call, TOKEN_HEADER);
  if (signatures.length === 0 && shown === undefined) {
    const sha1 = headerOf(call, "x-hub-signature") !== undefined;
    return { kind: "Rejected", reason: sha1 ? "only a SHA-1 signature; SHA-256 is needed" : "neither a signature nor a token in the headers" };
  }
  const expected = createHmac("sha256", token).update(call.body).digest("hex");
  const proven = signatures.some(({ value, prefix }) => equalText(value?.slice(prefix.length).toLowerCase() ?? "", expected)) || (shown !== undefined && equalText(shown, token));
  return proven ? { kind: "Accepted" } : { kind: "Rejected", reason: signatures.length > 0 ? "the signature does not match" : "the token does not match" };
}

function headerOf(call: WebhookCall, name: string): string | undefined {
  const value = call.headers[name];
  return typeof value === "string" ? value : undefined;
}

/** Hashing first makes the lengths equal, so that the comparison tells nothing about either. */
function equalText(left: string, right: string): boolean {
  const [a, b] = [left, right].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
