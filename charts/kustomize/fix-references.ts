import { messageOf, ReconcileError } from "../../src/errors.ts";
import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import type { Spend } from "../budget.ts";
import { appliesTo, mapShared, setPath, type FieldSpec } from "./field-path.ts";
import type { KindSelector, NameReferences } from "./name-references.ts";
import { allEndAlike, anyEmptyOrEndAlike } from "./affixes.ts";
import { CLUSTER, currentId, formatId, formerIds, inObject, metadataOf, originalId, scalarText, textAt, withMember, withValue, type Resource, type ResourceId } from "./resource.ts";

/** A field that may refer, and to what. */
interface Reference {
  readonly references: NameReferences;
  readonly field: FieldSpec;
}

/** A renamed object with what is asked about it again and again. */
interface Candidate {
  readonly resource: Resource;
  readonly id: ResourceId;
  readonly former: readonly ResourceId[];
  readonly namespace: string;
}

interface Candidates {
  /** Renamed objects by each of their former names. */
  readonly byFormerName: ReadonlyMap<string, readonly Candidate[]>;
  /** All objects by the namespace they were written with. */
  readonly byOriginalNamespace: ReadonlyMap<string, readonly Candidate[]>;
  readonly spend: Spend;
}

interface Referrer {
  readonly resource: Resource;
  readonly id: ResourceId;
  /** Namespaces of the accounts that a RoleBinding names. */
  readonly accountNamespaces: ReadonlySet<string>;
}

/** Every reference to a renamed object gets its new name. Throws Error where a name could mean several objects, or a reference is no reference. */
export function fixReferences(resources: readonly Resource[], table: readonly NameReferences[], spend: Spend): Resource[] {
  for (const resource of resources) checkSubjects(resource);
  const all = resources.map(candidateOf);
  const byFormerName = groupBy(all, ({ former }) => new Set(former.map((id) => id.name)));
  const byOriginalNamespace = groupBy(all, ({ resource }) => [originalId(resource).namespace]);
  const fieldsOf = fieldsByKind(table);
  return resources.map((resource) => fixReferrer(resource, fieldsOf(resource), { byFormerName, byOriginalNamespace, spend }));
}

const MAX_KINDS = 500;
const fieldsOfTables = new WeakMap<readonly NameReferences[], (resource: Resource) => readonly Reference[]>();

/** The fields that an object of a kind may refer with, in the order of the table; a kind is the one that the object was written with. Remembered by table. */
function fieldsByKind(table: readonly NameReferences[]): (resource: Resource) => readonly Reference[] {
  const known = fieldsOfTables.get(table);
  if (known !== undefined) return known;
  const all = table.flatMap((references) => references.fields.map((field) => ({ references, field })));
  const byKind = new Map<string, readonly Reference[]>();
  const fieldsOf = (resource: Resource): readonly Reference[] => {
    const { kind } = originalId(resource);
    const apiVersion = textAt(resource.value, "apiVersion");
    const key = `${apiVersion} ${kind}`;
    const found = byKind.get(key) ?? all.filter(({ field }) => appliesTo(field, apiVersion, kind));
    if (byKind.size < MAX_KINDS) byKind.set(key, found);
    return found;
  };
  fieldsOfTables.set(table, fieldsOf);
  return fieldsOf;
}

const candidateOf = (resource: Resource): Candidate => ({
  resource,
  id: currentId(resource),
  former: formerIds(resource),
  namespace: textAt(metadataOf(resource.value), "namespace"),
});

function groupBy(candidates: readonly Candidate[], keysOf: (candidate: Candidate) => Iterable<string>): Map<string, Candidate[]> {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    for (const key of keysOf(candidate)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [candidate]);
      else group.push(candidate);
    }
  }
  return groups;
}

function fixReferrer(resource: Resource, fields: readonly Reference[], candidates: Candidates): Resource {
  if (fields.length === 0) return resource;
  const referrer: Referrer = { resource, id: currentId(resource), accountNamespaces: accountNamespaces(resource) };
  let value = resource.value;
  candidates.spend(fields.length / 10);
  for (const { references, field } of fields) {
    value = told(referrer, () => setPath(value, field.path, false, (leaf) => fixLeaf(leaf, { referrer, candidates, references, path: field.path })));
  }
  return withValue(resource, value);
}

/** Says where a problem is. */
function told<Result>({ resource }: Referrer, action: () => Result): Result {
  try {
    return inObject(resource, action);
  } catch (error) {
    if (error instanceof ReconcileError) throw error;
    const { file, line } = resource.origin;
    throw new ReconcileError("BUILD_FAILED", messageOf(error), { position: { file, line }, cause: error });
  }
}

interface Lookup {
  readonly referrer: Referrer;
  readonly candidates: Candidates;
  readonly references: NameReferences;
  readonly path: string;
}

function fixLeaf(leaf: Json | undefined, lookup: Lookup): Json | undefined {
  if (leaf === undefined || leaf === null) return leaf;
  if (Array.isArray(leaf)) return mapShared(leaf as Json[], (item) => fixLeaf(item, lookup) ?? item);
  if (isJsonObject(leaf)) return fixMap(leaf, lookup);
  const referral = findReferral(scalarText(leaf), lookup, () => true, "name");
  return referral === undefined || referral.id.name === scalarText(leaf) ? leaf : referral.id.name;
}

function fixMap(map: JsonObject, lookup: Lookup): JsonObject {
  if (!Object.hasOwn(map, "name")) throw new Error("reference has no name; write one, or correct the path of the nameReference");
  const name = scalarText(map["name"]);
  const referral = findReferral(name, lookup, inNamespace(map["namespace"], lookup), "name and namespace");
  if (referral === undefined) return map;
  if (referral.id.name === name && referral.namespace === "") return map;
  const named = withMember(map, "name", referral.id.name);
  return referral.namespace === "" ? named : withMember(named, "namespace", referral.namespace);
}

/** A map that names a namespace means an object that was there or, where none was, one that is there now. */
function inNamespace(namespace: Json | undefined, { candidates, referrer }: Lookup): (candidate: Candidate) => boolean {
  if (typeof namespace !== "string") return () => true;
  const anyWas = candidates.byOriginalNamespace.get(namespace)?.some((candidate) => canSee(referrer, candidate)) === true;
  return anyWas ? ({ resource }) => originalId(resource).namespace === namespace : ({ id }) => id.namespace === namespace;
}

function findReferral(name: string, lookup: Lookup, accept: (candidate: Candidate) => boolean, compared: "name" | "name and namespace"): Candidate | undefined {
  const { referrer, references, candidates } = lookup;
  const kindMatches = isOfKind(references.target);
  const named = candidates.byFormerName.get(name) ?? [];
  candidates.spend(named.length);
  let found = named.filter(
    (candidate) => accept(candidate) && canReach(referrer, candidate) && candidate.former.some(kindMatches) && hasReferredRole(lookup, candidate),
  );
  if (found.length > 1) found = found.filter(({ resource }) => anyEmptyOrEndAlike(resource, referrer.resource));
  if (found.length > 1) found = found.filter(({ resource }) => allEndAlike(resource, referrer.resource));
  const [first] = found;
  const ambiguous = found.some((other) => other.id.name !== first?.id.name || (compared === "name and namespace" && other.namespace !== first.namespace));
  if (ambiguous) throw new Error(`${references.target.kind || "object"} "${name}" may be ${found.map(({ id }) => formatId(id)).join(" or ")}`);
  return first;
}

const isOfKind = (target: KindSelector) => (id: ResourceId): boolean =>
  (!target.kind || id.kind === target.kind) && (!target.group || id.group === target.group) && (!target.version || id.version === target.version);

/** Namespaced objects see their own namespace and cluster-scoped ones; RoleBindings also the namespaces of their accounts. */
function canSee({ id, accountNamespaces }: Referrer, candidate: Candidate): boolean {
  return id.namespace === CLUSTER || candidate.id.namespace === CLUSTER || id.namespace === candidate.id.namespace || accountNamespaces.has(candidate.namespace);
}

/** What can be seen can be referred to, in another namespace only accounts. */
function canReach(referrer: Referrer, candidate: Candidate): boolean {
  if (!canSee(referrer, candidate)) return false;
  const isElsewhere = referrer.id.namespace !== CLUSTER && candidate.id.namespace !== CLUSTER && referrer.id.namespace !== candidate.id.namespace;
  return !isElsewhere || candidate.id.kind === "ServiceAccount";
}

function accountNamespaces({ value }: Resource): ReadonlySet<string> {
  const subjects = value["kind"] === "RoleBinding" ? value["subjects"] : undefined;
  if (!Array.isArray(subjects)) return new Set();
  return new Set((subjects as Json[]).flatMap((subject) => (isJsonObject(subject) && subject["kind"] === "ServiceAccount" && textAt(subject, "namespace") !== "" ? [textAt(subject, "namespace")] : [])));
}

/** kustomize refuses an account whose namespace is there but empty. */
function checkSubjects({ value, origin }: Resource): void {
  const subjects = value["kind"] === "RoleBinding" ? value["subjects"] : undefined;
  if (!Array.isArray(subjects)) return;
  for (const subject of subjects as Json[]) {
    if (!isJsonObject(subject) || subject["kind"] !== "ServiceAccount" || subject["namespace"] !== null) continue;
    throw new ReconcileError("BUILD_FAILED", "RoleBinding has a subject with an empty namespace; write one, or leave the field out", { position: { file: origin.file, line: origin.line } });
  }
}

/** A roleRef says itself whether a Role or a ClusterRole is meant. */
function hasReferredRole({ path, referrer }: Lookup, candidate: Candidate): boolean {
  const roleRef = path.endsWith("roleRef/name") ? referrer.resource.value["roleRef"] : undefined;
  if (!isJsonObject(roleRef)) return true;
  const { apiGroup, kind } = roleRef as { apiGroup?: Json; kind?: Json }; // any member may be anything
  return typeof apiGroup !== "string" || typeof kind !== "string" || candidate.former.some((id) => id.kind === kind && (apiGroup === "" || id.group === apiGroup));
}
