import { apiVersionOf, asJson } from "../../src/object/kube-object.ts";
import { formatKey } from "../../src/object/object-id.ts";
import type { ObjectId, ObjectKey } from "../../src/object/object-id.ts";
import type { EffectiveObject } from "../effective.ts";
import { groupKind } from "../group-kind.ts";
import { text } from "../json-read.ts";
import { podAccount, podSpecOf } from "../pod-references.ts";
import { boundAccounts, calledServices, namesOthers, referencesOf } from "../references.ts";
import type { Strength } from "./graph.ts";
import { GUARDS, KIND_RULES, WORKLOADS, WORKLOADS_RULE } from "./kind-rules.ts";
import type { KindRule } from "./kind-rules.ts";

/**
 * Something that is reached when every object that brings it about has been applied: the key of an object, `access` of
 * an account, an API, or one side of a rule about kinds.
 */
export type Milestone = string;

/** The part of a desired object that its place in the order depends on. */
export type Ordered = Pick<EffectiveObject, "key" | "id" | "kind" | "object">;

/** Takes a milestone that an object waits for; it may be one that nothing brings about. */
export type Await = (milestone: Milestone, strength: Strength) => void;

/** What holds for every object of one kind, API version and namespace. */
export interface KindMilestones {
  readonly brings: readonly Milestone[];
  readonly awaits: readonly { readonly milestone: Milestone; readonly strength: Strength }[];
  /** Their content may name more of both. */
  readonly namesOthers: boolean;
}

/** Milestones that follow from what an object is, without a look at what is in it but for whether it runs pods. */
export function kindMilestones({ id, kind, object }: Ordered): KindMilestones {
  const name = groupKind(id.group, id.kind);
  const isGuard = GUARDS.has(name);
  const runsPods = podSpecOf(id, asJson(object)) !== undefined;
  const rules = RULES_BY_KIND.get(name) ?? (runsPods ? WORKLOAD_RULES : NO_RULES);
  const brings = rules.before.map((rule) => milestoneOf(rule, id.namespace));
  const after = rules.after.map((rule) => milestoneOf(rule, id.namespace));
  return {
    namesOthers: runsPods || isGuard || WORKLOADS.includes(name) || namesOthers(id),
    brings: isGuard ? brings : [...brings, ALL_OTHERS],
    awaits: [
      ...requiredKeys(id, kind.plural).map((milestone) => ({ milestone, strength: "Required" }) as const),
      ...(id.group === "" ? [] : [{ milestone: `api ${object.apiVersion}`, strength: "Reference" } as const]),
      ...(isGuard ? [...after, ALL_OTHERS] : after).map((milestone) => ({ milestone, strength: "Kind" }) as const),
    ],
  };
}

/** True where the milestones of an object are those of the one before it. */
export function hasSameKindMilestones(one: Ordered, other: Ordered): boolean {
  const isSame = one.id.kind === other.id.kind && one.id.namespace === other.id.namespace && one.object.apiVersion === other.object.apiVersion;
  return isSame && RULES_BY_KIND.has(groupKind(one.id.group, one.id.kind));
}

/** What the content of an object brings about, besides the object. */
export function milestonesIn({ id, object }: Ordered): Milestone[] {
  if (id.group === "apiregistration.k8s.io") return [`api ${apiVersionOf(text(asJson(object), "spec", "group") ?? "", text(asJson(object), "spec", "version") ?? "")}`];
  return boundAccounts(id, object).map((account) => `access ${account}`);
}

/** What the content of an object waits for. */
export function awaitIn({ id, object }: Ordered, wait: Await): void {
  for (const reference of referencesOf(id, object)) wait(formatKey(reference), "Reference");
  const pod = podSpecOf(id, asJson(object));
  if (pod !== undefined) wait(`access ${podAccount(pod, id.namespace)}`, "Reference");
  if (!GUARDS.has(groupKind(id.group, id.kind))) return;
  for (const service of calledServices(id, object)) wait(milestoneOf(WORKLOADS_RULE, service.namespace), "Reference");
}

/** What must be there or the API server refuses the object: its Namespace, and for a custom resource its definition. */
export function requiredKeys({ group, namespace }: ObjectId, plural: string): ObjectKey[] {
  const keys = namespace === "" ? [] : [formatKey({ group: "", kind: "Namespace", namespace: "", name: namespace })];
  if (group.includes(".")) keys.push(formatKey({ group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", namespace: "", name: `${plural}.${group}` }));
  return keys;
}

/** Everything that is no guard. */
const ALL_OTHERS: Milestone = "all others";

const milestoneOf = ({ name, scope }: KindRule, namespace: string): Milestone => (scope === "Cluster" ? name : `${name} in ${namespace}`);

interface RulesOfKind {
  readonly before: readonly KindRule[];
  readonly after: readonly KindRule[];
}

const NO_RULES: RulesOfKind = { before: [], after: [] };
const RULES_BY_KIND: ReadonlyMap<string, RulesOfKind> = new Map(
  [...new Set(KIND_RULES.flatMap(({ before, after }) => [...before, ...after]))].map((kind) => [
    kind,
    { before: KIND_RULES.filter((rule) => rule.before.includes(kind)), after: KIND_RULES.filter((rule) => rule.after.includes(kind)) },
  ]),
);
const WORKLOAD_RULES = RULES_BY_KIND.get(WORKLOADS[0] ?? "") ?? NO_RULES;
