import { createHash } from "node:crypto";
import type { Rendered, RenderedObject } from "../charts/rendered.ts";
import type { IgnoreRules } from "../drift/ignore.ts";
import { NO_IGNORES, withoutIgnored } from "../drift/ignore.ts";
import { formsOfValues, maskText } from "../drift/mask.ts";
import { storedForm } from "../drift/stored-form.ts";
import { PART_OF_LABEL } from "../src/api/group.ts";
import { combineErrors, formatPosition, ReconcileError } from "../src/errors.ts";
import { canonicalJson } from "../src/object/json.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { asJson, groupOf } from "../src/object/kube-object.ts";
import type { ObjectId, ObjectKey } from "../src/object/object-id.ts";
import { byId, displayId, formatKey } from "../src/object/object-id.ts";
import type { ResourceKind } from "../src/ports.ts";
import { withAutoscaled } from "./autoscaled.ts";
import type { BlockedObject, Effective, EffectiveObject } from "./effective.ts";
import { composeHooks, sortHooks } from "./hooks/compose-hooks.ts";
import type { AppIdentity } from "./identity.ts";
import { withMarks } from "./marks.ts";
import { DEFAULT_POLICY, policyOf } from "./object-policy.ts";
import type { ObjectPolicy } from "./object-policy.ts";
import { definedKinds, groupKind } from "./order.ts";
import { withoutServerFields } from "./server-fields.ts";

/** What compose needs to know besides the rendered objects. */
export interface ComposeContext {
  readonly identity: AppIdentity;
  /** Namespace of namespaced objects that name none. */
  readonly defaultNamespace: string;
  /** The served kind of an apiVersion and kind, or undefined where the server has none. */
  readonly kindOf: (apiVersion: string, kind: string) => ResourceKind | undefined;
  /** The served kind in any version, or undefined where nobody knows it: tells where an object of a version that is not served would be. Default: nobody knows. */
  readonly anyVersionOf?: (group: string, kind: string) => ResourceKind | undefined;
  /** spec.drift.ignore. Default: nothing is left to others. */
  readonly ignore?: IgnoreRules;
}

/**
 * Rendered objects → what the cluster should look like: namespaces filled in, fields that only the server writes taken
 * out, fields that are left to others set aside, label and origin of the Application put on. Does not contact the
 * cluster. Objects of kinds that the server does not serve are blocked, each with its reason; contradictions between
 * objects and annotations of ours that mean nothing throw BUILD_FAILED, all at once.
 */
export function compose(rendered: Rendered, given: ComposeContext): Effective {
  const context = { ...given, ignore: withAutoscaled(given.ignore ?? NO_IGNORES, rendered.objects.map(({ object }) => ({ id: wantedId(object, given), object }))) };
  refuseForeignLabels(rendered.objects, context.identity);
  const { ordinary, hooks: drafts, warnings: told } = sortHooks(rendered.objects);
  const definitions = definedKinds(rendered.objects.map(({ object }) => object));
  const warnings = [...rendered.warnings, ...told];
  const composed = composeAll(ordinary, definitions, context, warnings);
  const objects = composed.filter((item) => "policy" in item);
  const blocked = composed.filter((item): item is BlockedObject => !("policy" in item));
  const targets = composeAll(drafts.map(({ item }) => item), definitions, context, warnings);
  const hooks = composeHooks(drafts.flatMap((draft, index) => { const target = targets[index]; return target === undefined ? [] : [{ ...draft, target }]; }), rendered.objects, context.defaultNamespace);
  refuseContradictions([...composed, ...new Map(hooks?.all.map((hook) => [hook.key, hook])).values()]);
  const desired = new Set([...objects.map(({ key }) => key), ...blocked.flatMap((object) => placesOf(object, context))]);
  return { objects: objects.sort(byId), blocked: blocked.sort(byId), desired, keepStale: undefined, warnings, ...(hooks === undefined ? {} : { hooks }) };
}

/** What a namespaced object is called. */
function wantedId({ apiVersion, kind, metadata: { namespace, name } }: KubeObject, { defaultNamespace }: ComposeContext): ObjectId {
  return { group: groupOf(apiVersion), kind, namespace: namespace ?? defaultNamespace, name };
}

/** Each of them as it is sent, or by what it is held up; in order. */
function composeAll(items: readonly RenderedObject[], definitions: ReadonlyMap<string, KubeObject>, context: ComposeContext, warnings: string[]): (EffectiveObject | BlockedObject)[] {
  const read = readPolicies(items);
  warnings.push(...read.warnings);
  return items.map((item, index) => {
    const policy = read.policies[index] ?? DEFAULT_POLICY;
    const kind = context.kindOf(item.object.apiVersion, item.object.kind);
    return kind === undefined ? blockedBy(item, policy, definitions, context) : effectiveObject(item, policy, kind, context, warnings);
  });
}

/** The policy of each object, in order. */
function readPolicies(items: readonly RenderedObject[]): { readonly policies: readonly ObjectPolicy[]; readonly warnings: readonly string[] } {
  const reads = items.map(({ object, origin, secrets }) => ({ ...maskedPolicy(policyOf(object.metadata), secrets), object, position: { file: origin.file, line: origin.line } }));
  const problems = reads.flatMap(({ object, position, problems: texts }) => texts.map((text) => new ReconcileError("BUILD_FAILED", `${object.kind} ${object.metadata.name}: ${text}`, { position })));
  if (problems.length > 0) throw combineErrors("BUILD_FAILED", problems);
  const warnings = reads.flatMap(({ object, position, warnings: texts }) => texts.map((text) => `${formatPosition(position)}: ${object.kind} ${object.metadata.name}: ${text}`));
  return { policies: reads.map(({ policy }) => policy), warnings };
}

/** Annotations are quoted in what is said of them. */
function maskedPolicy(read: ReturnType<typeof policyOf>, secrets: readonly string[] | undefined): ReturnType<typeof policyOf> {
  if (secrets === undefined) return read;
  const mask = (text: string): string => maskText(text, formsOfValues(secrets));
  return { ...read, problems: read.problems.map(mask), warnings: read.warnings.map(mask) };
}

function blockedBy({ object, origin }: RenderedObject, { wave }: ObjectPolicy, definitions: ReadonlyMap<string, KubeObject>, context: ComposeContext): BlockedObject {
  const group = groupOf(object.apiVersion);
  const namespace = context.anyVersionOf?.(group, object.kind)?.namespaced === false ? "" : (object.metadata.namespace ?? context.defaultNamespace);
  const id: ObjectId = { group, kind: object.kind, namespace, name: object.metadata.name };
  const definition = definitions.get(groupKind(id.group, id.kind));
  const position = formatPosition({ file: origin.file, line: origin.line });
  return definition === undefined
    ? { key: formatKey(id), id, origin, wave, kind: "Failed", reason: `${position}: the cluster serves no kind ${object.kind} in ${object.apiVersion}; install its CustomResourceDefinition or correct apiVersion and kind` }
    : { key: formatKey(id), id, origin, wave, kind: "Waiting", reason: `${position}: waits for CustomResourceDefinition ${definition.metadata.name} to be established` };
}

/** Where it can be: of a kind that nobody knows it is not known whether it is in a namespace at all. */
function placesOf({ key, id }: BlockedObject, { anyVersionOf }: ComposeContext): readonly ObjectKey[] {
  return anyVersionOf?.(id.group, id.kind) === undefined ? [key, formatKey({ ...id, namespace: "" })] : [key];
}

function effectiveObject({ object, origin, secrets }: RenderedObject, policy: ObjectPolicy, kind: ResourceKind, context: ComposeContext, warnings: string[]): EffectiveObject {
  const where = formatPosition({ file: origin.file, line: origin.line });
  const stripped = withoutServerFields(storedForm(object), kind, (path) => warnings.push(`${where}: ${path} is written by the server only and was left out`));
  const namespace = kind.namespaced ? (stripped.metadata.namespace ?? context.defaultNamespace) : "";
  const id: ObjectId = { group: kind.group, kind: kind.kind, namespace, name: object.metadata.name };
  const placed = withPlace(stripped, id);
  const initial = policy.ssa === "Override" ? withMarks(placed, id, context.identity) : placed;
  return {
    key: formatKey(id),
    id,
    ref: { apiVersion: object.apiVersion, kind: object.kind, namespace: namespace === "" ? undefined : namespace, name: id.name },
    kind,
    initial,
    ...sentPart(initial, id, context.ignore ?? NO_IGNORES),
    origin,
    ...(secrets === undefined ? {} : { secrets }),
    policy,
    content: "Newest",
  };
}

/** What is sent of an object, without what is left to others. */
function sentPart(initial: KubeObject, id: ObjectId, rules: IgnoreRules): Pick<EffectiveObject, "object" | "ignored" | "digest"> {
  const patterns = rules.forObject(id);
  const { object, patterns: ignored } = patterns.length === 0 ? { object: initial, patterns } : withoutIgnored(initial, patterns);
  return { object, ignored, digest: createHash("sha256").update(canonicalJson(asJson(object))).digest("hex") };
}

/** The same object under these rules: content that was composed before they came keeps to them, too. */
export function underRules(object: EffectiveObject, rules: IgnoreRules): EffectiveObject {
  if (object.ignored.length === 0 && rules.forObject(object.id).length === 0) return object;
  return { ...object, ...sentPart(object.initial, object.id, rules) };
}

function withPlace(object: KubeObject, id: ObjectId): KubeObject {
  const { namespace: _namespace, ...metadata } = object.metadata;
  return { ...object, metadata: { ...metadata, ...(id.namespace === "" ? {} : { namespace: id.namespace }) } };
}

/** The KEP calls a part-of label in the input invalid: it would hand the object to another set. */
function refuseForeignLabels(objects: readonly RenderedObject[], identity: AppIdentity): void {
  const problems = objects.flatMap(({ object, origin }) => {
    const label = object.metadata.labels?.[PART_OF_LABEL];
    if (label === undefined || label === identity.setId) return [];
    return [new ReconcileError("BUILD_FAILED", `${object.kind} ${object.metadata.name} carries the label ${PART_OF_LABEL} of another set; remove it from the source`, { position: { file: origin.file, line: origin.line } })];
  });
  if (problems.length > 0) throw combineErrors("BUILD_FAILED", problems);
}

/** Two definitions of one object are told together, with both places. */
function refuseContradictions(objects: readonly Defined[]): void {
  const seen = new Map<string, Defined>();
  const problems: ReconcileError[] = [];
  for (const item of objects) {
    const first = seen.get(item.key);
    if (first === undefined) seen.set(item.key, item);
    else problems.push(duplicateError(first, item));
  }
  if (problems.length > 0) throw combineErrors("BUILD_FAILED", problems);
}

type Defined = Pick<EffectiveObject, "key" | "id" | "origin">;

function duplicateError(first: Defined, second: Defined): ReconcileError {
  return new ReconcileError("BUILD_FAILED", `${displayId(second.id)} is already defined at ${formatPosition({ file: first.origin.file, line: first.origin.line })}; remove one of the two`, {
    position: { file: second.origin.file, line: second.origin.line },
  });
}
