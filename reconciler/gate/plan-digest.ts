/**
 * Digests that name content without telling anything about it: HMAC-SHA-256 under the installation's key, for what is
 * digested may hold values of Secrets, and an unkeyed digest of a weak one can be guessed offline.
 */
import { createHmac } from "node:crypto";
import { compareText } from "../../src/object/object-id.ts";
import type { PlanEntry, PruneEntry, TransferEntry } from "../change.ts";
import { deletesOf } from "../change.ts";
import type { Effective } from "../effective.ts";
import type { GatedPlan } from "./gated-changes.ts";
import { newsOf } from "./gated-changes.ts";

/** The key of an installation. */
export type DigestKey = Buffer | string;

/** Characters of a change's digest: 48 bits in base64url, enough for what nobody without the key can aim at. */
export const CHANGE_DIGEST_LENGTH = 8;

/**
 * What an approval approves: every change of the plan, what it makes of the object and the state that it starts from.
 * Another desired content, another live object, a field of ours that somebody took over, one change more or less: another
 * digest. Status updates, versions, the commit and a restart of the operator leave it as it is.
 */
export function planDigest(plan: GatedPlan, key: DigestKey): string {
  return hmac(key, "plan", changeDigests(plan, key).join("\n"), "hex");
}

/**
 * The digest of each single change, sorted. What is left of a plan after a part of it was carried out has digests that
 * the whole plan had.
 */
export function changeDigests(plan: GatedPlan, key: DigestKey): string[] {
  const texts = [...newsOf(plan).map(entryText), ...deletesOf(plan).map(deleteText), ...plan.transfers.map(transferText)];
  return texts.map((text) => hmac(key, "change", text, "base64url").slice(0, CHANGE_DIGEST_LENGTH)).sort(compareText);
}

/** Names everything that is desired: equal as long as the source, and what it is rendered with, ask for the same. */
export function contentDigest({ objects, blocked }: Pick<Effective, "objects" | "blocked">, key: DigestKey): string {
  const lines = [...objects.map((object) => `${object.key} ${object.digest}`), ...blocked.map((object) => object.key)];
  return hmac(key, "content", lines.sort(compareText).join("\n"), "hex");
}

/**
 * Our own managed fields stand for the live values: an unchanged entry proves that our fields have the values we gave
 * them. What others own besides is left out: an autoscaler would take a yes back that was given to something else.
 */
function entryText({ action, object, uid = "", ownHash = "" }: PlanEntry): string {
  return [action, object.key, object.digest, uid, ownHash].join(" ");
}

const deleteText = ({ member: { key, uid, ownHash } }: PruneEntry): string => ["Delete", key, uid, ownHash].join(" ");

const transferText = ({ member: { key, uid, ownHash }, to = "" }: TransferEntry): string => ["Transfer", key, uid, ownHash, to].join(" ");

/** `use` keeps digests of one kind from being taken for those of another. */
function hmac(key: DigestKey, use: "plan" | "change" | "content", text: string, encoding: "hex" | "base64url"): string {
  return createHmac("sha256", key).update(`driftless ${use}\n`).update(text).digest(encoding);
}
