/**
 * Digests that name content without telling anything about it: HMAC-SHA-256 under the installation's key, for what is
 * digested may hold values of Secrets, and an unkeyed digest of a weak one can be guessed offline.
 */
import { createHash, createHmac } from "node:crypto";
import { canonicalJson } from "../../src/object/json.ts";
import { asJson } from "../../src/object/kube-object.ts";
import { compareText } from "../../src/object/object-id.ts";
import type { PlanEntry, PruneEntry, TransferEntry } from "../change.ts";
import { deletesOf, hooksToRun } from "../change.ts";
import type { Effective, EffectiveObject } from "../effective.ts";
import type { Hook, Hooks } from "../hooks/hook.ts";
import { hooksOn } from "../hooks/hook.ts";
import { NUMBER_BITS } from "./digest-set.ts";
import type { GatedPlan } from "./gated-changes.ts";
import { newsOf } from "./gated-changes.ts";

/** The key of an installation. */
export type DigestKey = Buffer | string;

/**
 * What an approval approves: every change of the plan, what it makes of the object and the state that it starts from.
 * Another desired content, another live object, a field of ours that somebody took over, one change more or less: another
 * digest. Status updates, versions, the commit and a restart of the operator leave it as it is.
 */
export function planDigest(plan: GatedPlan, key: DigestKey): string {
  const changes = digestsOf(plan, key).map((digest) => digest.toString("base64url"));
  return hmac(key, "plan", changes.sort(compareText).join("\n")).toString("hex");
}

/**
 * The digest of each single change, sorted. What is left of a plan after a part of it was carried out has digests that
 * the whole plan had. 40 bits: that a change which nobody has seen has one of ten thousand known ones is a chance of one in
 * a hundred million, which nobody without the key can better but by trying, one reconcile for each try.
 */
export function changeDigests(plan: GatedPlan, key: DigestKey): number[] {
  return digestsOf(plan, key).map((digest) => digest.readUIntBE(0, NUMBER_BITS / 8)).sort((left, right) => left - right);
}

function digestsOf(plan: GatedPlan, key: DigestKey): Buffer[] {
  const texts = [...newsOf(plan).map(entryText), ...deletesOf(plan).map(deleteText), ...plan.transfers.map(transferText), ...hooksToRun(plan).map((hook) => hookText(hook, plan.hooks?.content ?? ""))];
  return texts.map((text) => hmac(key, "change", text));
}

/** Names everything that is desired: equal as long as the source, and what it is rendered with, ask for the same. */
export function contentDigest({ objects, blocked }: Pick<Effective, "objects" | "blocked">, key: DigestKey): string {
  const lines = [...objects.map((object) => `${object.key} ${createdAs(object)}`), ...blocked.map((object) => object.key)];
  return hmac(key, "content", lines.sort(compareText).join("\n")).toString("hex");
}

/**
 * Our own managed fields stand for the live values: an unchanged entry proves that our fields have the values we gave
 * them. What others own besides is left out: an autoscaler would take a yes back that was given to something else.
 */
function entryText({ action, object, uid = "", ownHash = "" }: PlanEntry): string {
  return [action, object.key, uid === "" ? createdAs(object) : object.digest, uid, ownHash].join(" ");
}

/** What an object begins with is more than what is ours afterwards, where fields are left to others. */
function createdAs({ object, initial, digest }: EffectiveObject): string {
  return initial === object ? digest : `${digest} ${createHash("sha256").update(canonicalJson(asJson(initial))).digest("hex")}`;
}

const deleteText = ({ member: { key, uid, ownHash } }: PruneEntry): string => ["Delete", key, uid, ownHash].join(" ");

const transferText = ({ member: { key, uid, ownHash }, to = "" }: TransferEntry): string => ["Transfer", key, uid, ownHash, to].join(" ");

/** A hook runs for one content as a whole. */
const hookText = ({ key, phase }: Hook, content: string): string => ["Hook", phase, key, content].join(" ");

/** Names the hooks that run in any but the first sync, and what each of them is: equal as long as there is nothing new to run. */
export function hooksDigest(hooks: Hooks, key: DigestKey): string {
  const lines = hooksOn(hooks, "Upgrade").filter(({ phase }) => phase !== "SyncFail").map(({ phase, wave, key: object, target }) => `${phase} ${wave} ${object} ${typeof target === "string" ? "" : createdAs(target)}`);
  return hmac(key, "hooks", lines.join("\n")).toString("hex");
}

/** Names all that was rendered. */
export function renderedDigest({ content }: Hooks, key: DigestKey): string {
  return hmac(key, "rendered", content).toString("hex");
}

/** `use` keeps digests of one kind from being taken for those of another. */
function hmac(key: DigestKey, use: "plan" | "change" | "content" | "hooks" | "rendered", text: string): Buffer {
  return createHmac("sha256", key).update(`driftless ${use}\n`).update(text).digest();
}
