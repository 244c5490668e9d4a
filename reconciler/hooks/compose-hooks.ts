import { createHash } from "node:crypto";
import type { RenderedObject } from "../../charts/rendered.ts";
import { formsOfValues, maskText } from "../../drift/mask.ts";
import { combineErrors, formatPosition, ReconcileError } from "../../src/errors.ts";
import { GROUP } from "../../src/api/group.ts";
import { MAX_HOOKS } from "../../src/api/release.ts";
import { canonicalJson } from "../../src/object/json.ts";
import { asJson } from "../../src/object/kube-object.ts";
import type { ObjectMeta } from "../../src/object/kube-object.ts";
import type { BlockedObject, EffectiveObject } from "../effective.ts";
import { isLeftAlone } from "../effective.ts";
import { compareHooks, hookText } from "./hook.ts";
import type { Hook, Hooks } from "./hook.ts";
import type { HookRole } from "./read-hook.ts";
import { readHook } from "./read-hook.ts";

/** A rendered object that is a hook. */
export interface HookDraft {
  readonly item: RenderedObject;
  readonly role: Extract<HookRole, { kind: "Hook" }>;
}

/** Rendered objects, told apart. */
export interface Sorted {
  /** What is applied and kept as it is. */
  readonly ordinary: readonly RenderedObject[];
  readonly hooks: readonly HookDraft[];
  readonly warnings: readonly string[];
}

/** Tells hooks from other objects. Throws BUILD_FAILED for hook annotations of ours that mean nothing, all at once. */
export function sortHooks(items: readonly RenderedObject[]): Sorted {
  const reads = items.map((item) => ({ item, ...readHook(item.object.metadata) }));
  const problems = reads.flatMap(({ item, problems: texts }) => texts.map((text) => new ReconcileError("BUILD_FAILED", at(item, text))));
  if (problems.length > 0) throw combineErrors("BUILD_FAILED", problems);
  return {
    ordinary: reads.flatMap(({ item, role }) => (role.kind === "Ordinary" ? [item] : [])),
    hooks: reads.flatMap(({ item, role }) => (role.kind === "Hook" ? [{ item, role }] : [])),
    warnings: reads.flatMap(({ item, warnings }) => warnings.map((text) => at(item, text))),
  };
}

/** A sentence on an object, with its place. Annotations are quoted in it. */
function at({ object, origin, secrets }: RenderedObject, text: string): string {
  const told = `${object.kind} ${object.metadata.name}: ${text}`;
  return `${formatPosition({ file: origin.file, line: origin.line })}: ${secrets === undefined ? told : maskText(told, formsOfValues(secrets))}`;
}

/** A hook with what it becomes: what is sent, or what of its kind is not there. */
export interface ComposedDraft extends HookDraft {
  readonly target: EffectiveObject | BlockedObject;
}

/**
 * The hooks of a content in the order in which they run; undefined where it has none. Throws BUILD_FAILED where two are the
 * same object at the same point, or where there are too many.
 */
export function composeHooks(drafts: readonly ComposedDraft[], rendered: readonly RenderedObject[], defaultNamespace: string): Hooks | undefined {
  const all = drafts.flatMap(hooksOf).sort(compareHooks);
  if (all.length === 0) return undefined;
  if (all.length > MAX_HOOKS) throw new ReconcileError("BUILD_FAILED", `${all.length} hooks are more than the ${MAX_HOOKS} that one Application may have; split it`);
  refuseTwins(all);
  return { all, content: contentOf(rendered, defaultNamespace) };
}

function hooksOf({ item: { object: { metadata }, origin }, role: { events, policy, weight }, target }: ComposedDraft): Hook[] {
  const isServed = "policy" in target;
  if (isServed && isLeftAlone(target)) return [];
  const wave = isServed ? target.policy.wave : target.wave;
  return events.map(({ phase, on }) => ({
    id: target.id, key: target.key, phase, on, policy, origin,
    wave: hasWave(metadata) ? wave : (weight ?? wave),
    target: isServed ? target : target.reason,
    isComing: !isServed && target.kind === "Waiting",
    isGenerated: metadata.generateName !== undefined && metadata.generateName === metadata.name,
  }));
}

/** Helm's weight counts where nobody says which wave. */
function hasWave({ annotations, labels }: ObjectMeta): boolean {
  return [`${GROUP}/wave`, "argocd.argoproj.io/sync-wave"].some((key) => Object.hasOwn(annotations ?? {}, key) || Object.hasOwn(labels ?? {}, key));
}

function refuseTwins(all: readonly Hook[]): void {
  const problems: ReconcileError[] = [];
  const seen = new Map<string, Hook>();
  for (const hook of all) {
    for (const occasion of hook.on === "Both" ? ["Install", "Upgrade"] : [hook.on]) {
      const name = `${hook.phase} ${occasion} ${hook.key}`;
      const first = seen.get(name);
      if (first === undefined || first === hook) seen.set(name, hook);
      else problems.push(new ReconcileError("BUILD_FAILED", `${hookText(hook)} is already defined at ${formatPosition({ file: first.origin.file, line: first.origin.line })}; remove one of the two`, { position: { file: hook.origin.file, line: hook.origin.line } }));
    }
  }
  if (problems.length > 0) throw combineErrors("BUILD_FAILED", problems.slice(0, 20));
}

/** Kinds that come to be served do not change it, unlike what is composed. */
function contentOf(rendered: readonly RenderedObject[], defaultNamespace: string): string {
  const lines = rendered.map(({ object }) => createHash("sha256").update(canonicalJson(asJson(object))).digest("hex"));
  return createHash("sha256").update([defaultNamespace, ...lines.sort()].join("\n")).digest("hex");
}
