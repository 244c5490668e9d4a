/** What the hook annotations of one object ask for: ours, Argo CD's and Helm's, as one model. */
import { HOOK_ANNOTATIONS, HOOK_DELETE_ANNOTATIONS, HOOK_WEIGHT_ANNOTATION } from "../../src/api/annotations.ts";
import { GROUP } from "../../src/api/group.ts";
import type { HookOccasion, HookPhase } from "../../src/api/release.ts";
import type { ObjectMeta } from "../../src/object/kube-object.ts";

/** A point of a sync. */
export interface HookEvent {
  readonly phase: HookPhase;
  readonly on: Exclude<HookOccasion, "None"> | "Both";
}

/** When what a hook has made is deleted. */
export interface DeletePolicy {
  /** Before the next one is created. */
  readonly beforeCreation: boolean;
  /** Once the hooks of its phase are over, and it has succeeded. */
  readonly succeeded: boolean;
  /** The same where it has failed. */
  readonly failed: boolean;
}

/** What an object is. Ordinary: no hook. Skipped: neither run nor applied. */
export type HookRole =
  | { readonly kind: "Ordinary" | "Skipped" }
  | { readonly kind: "Hook"; readonly events: readonly HookEvent[]; readonly policy: DeletePolicy; readonly weight: number | undefined };

/** A role and what is to be told of the annotations. */
export interface ReadHook {
  readonly role: HookRole;
  /** Values of our own annotations that mean nothing: a mistake in the source. */
  readonly problems: readonly string[];
  /** The same of other tools' annotations, and what is not run here. */
  readonly warnings: readonly string[];
}

type Family = keyof typeof HOOK_ANNOTATIONS;

const both = (phase: HookPhase): readonly HookEvent[] => [{ phase, on: "Both" }];
const only = (phase: HookPhase, on: HookEvent["on"]): readonly HookEvent[] => [{ phase, on }];
const NEVER: readonly HookEvent[] = [];

const WORDS: ReadonlyMap<string, readonly HookEvent[]> = new Map([
  ["presync", both("PreSync")], ["sync", both("Sync")], ["postsync", both("PostSync")], ["syncfail", both("SyncFail")],
  ["skip", NEVER], ["predelete", NEVER], ["postdelete", NEVER],
]);
/** Helm has no rollback here, and tests run only when somebody asks. */
const HELM_WORDS: ReadonlyMap<string, readonly HookEvent[]> = new Map([
  ["pre-install", only("PreSync", "Install")], ["pre-upgrade", only("PreSync", "Upgrade")],
  ["post-install", only("PostSync", "Install")], ["post-upgrade", only("PostSync", "Upgrade")],
  ...["pre-rollback", "post-rollback", "pre-delete", "post-delete", "test", "test-success", "test-failure"].map((word) => [word, NEVER] as const),
]);
const ON_DELETION = new Set(["predelete", "postdelete", "pre-delete", "post-delete"]);
/** Helm 2's way to say that an object is a definition. */
const CRD_INSTALL = "crd-install";
const POLICIES: ReadonlyMap<string, keyof DeletePolicy> = new Map([
  ["beforehookcreation", "beforeCreation"], ["before-hook-creation", "beforeCreation"], ["hooksucceeded", "succeeded"],
  ["hook-succeeded", "succeeded"], ["hookfailed", "failed"], ["hook-failed", "failed"],
]);
const WEIGHT = /^[+-]?\d{1,9}$/;
const ORDINARY: ReadHook = { role: { kind: "Ordinary" }, problems: [], warnings: [] };

/** The role of an object. On one object ours wins over Argo CD's, Argo CD's over Helm's. Words are read in any case. */
export function readHook({ annotations }: Pick<ObjectMeta, "annotations">): ReadHook {
  const reader = new Reader(annotations ?? {});
  const family = (["ours", "argo", "helm"] as const).find((name) => reader.raw(HOOK_ANNOTATIONS[name]) !== undefined);
  if (family === undefined) return ORDINARY;
  const key = HOOK_ANNOTATIONS[family];
  const words = reader.words(key);
  if (family === "helm" && words.includes(CRD_INSTALL)) return ORDINARY;
  const table = family === "helm" ? HELM_WORDS : WORDS;
  const events = words.flatMap((word) => table.get(word) ?? reader.misread(key, word, [...table.keys()]));
  if (words.length === 0) reader.misread(key, "", [...table.keys()]);
  if (words.some((word) => ON_DELETION.has(word))) reader.warnings.push(`${key}: hooks of a deletion are not run`);
  const isSkipped = events.length === 0 || (family !== "helm" && words.includes("skip"));
  const role: HookRole = isSkipped ? { kind: "Skipped" } : { kind: "Hook", events: merged(events), policy: reader.policy(family), weight: family === "helm" ? reader.weight() : undefined };
  return { role, problems: reader.problems, warnings: reader.warnings };
}

/** Install and upgrade of one phase are one hook. */
function merged(events: readonly HookEvent[]): readonly HookEvent[] {
  return [...Map.groupBy(events, ({ phase }) => phase)].map(([phase, all]) => {
    const [first] = all;
    const isOne = all.every(({ on }) => on === first?.on);
    return { phase, on: isOne && first !== undefined ? first.on : "Both" };
  });
}

class Reader {
  readonly problems: string[] = [];
  readonly warnings: string[] = [];
  readonly #annotations: Readonly<Record<string, unknown>>;

  constructor(annotations: Readonly<Record<string, unknown>>) {
    this.#annotations = annotations;
  }

  /** An annotation that is no text is one that means nothing. */
  raw(key: string): string | undefined {
    const value = Object.hasOwn(this.#annotations, key) ? this.#annotations[key] : undefined;
    return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
  }

  words(key: string): string[] {
    return [...new Set((this.raw(key) ?? "").split(",").map((word) => word.trim().toLowerCase()).filter((word) => word !== ""))];
  }

  policy(family: Family): DeletePolicy {
    const policy = { beforeCreation: false, succeeded: false, failed: false };
    const key = [HOOK_DELETE_ANNOTATIONS.ours, HOOK_DELETE_ANNOTATIONS[family], HOOK_DELETE_ANNOTATIONS.argo, HOOK_DELETE_ANNOTATIONS.helm].find((name) => this.words(name).length > 0);
    for (const word of key === undefined ? [] : this.words(key)) {
      const name = POLICIES.get(word);
      if (name !== undefined) policy[name] = true;
      else this.misread(key ?? "", word, ["BeforeHookCreation", "HookSucceeded", "HookFailed"]);
    }
    return policy.succeeded || policy.failed || policy.beforeCreation ? policy : { ...policy, beforeCreation: true };
  }

  weight(): number | undefined {
    const text = this.raw(HOOK_WEIGHT_ANNOTATION)?.trim();
    if (text === undefined) return undefined;
    if (WEIGHT.test(text)) return Number(text) + 0; // + 0 turns -0 into 0
    this.misread(HOOK_WEIGHT_ANNOTATION, text, ["a whole number such as -1, 0 or 10"]);
    return undefined;
  }

  misread(key: string, word: string, allowed: readonly string[]): readonly [] {
    const shown = JSON.stringify(word.length > 60 ? `${word.slice(0, 60)}…` : word);
    if (key.startsWith(`${GROUP}/`)) this.problems.push(`${key}: ${shown} is not one of its values: ${allowed.join(", ")}`);
    else this.warnings.push(`${key}: ${shown} is ignored; its values are: ${allowed.join(", ")}`);
    return [];
  }
}
