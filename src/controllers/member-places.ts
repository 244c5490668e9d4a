/** Where an Application's members can be, and how that is recorded on it. Does not contact the cluster. */
import { groupKind } from "../../reconciler/group-kind.ts";
import type { Application, ApplicationStatus } from "../api/application.ts";
import { APPLYSET_GROUP_KINDS_ANNOTATION, APPLYSET_NAMESPACES_ANNOTATION, APPLYSET_TOOLING_ANNOTATION, TOOL_VERSION } from "../api/group.ts";
import type { ObjectId } from "../object/object-id.ts";

/** Kinds (`Kind.group`) and namespaces. */
export interface Places {
  readonly groupKinds: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
}

/** The most kinds, and the most namespaces, that the schema of status.membership holds. */
const MAX_PLACES = 512;
/** `Kind.group`, the core group without a dot. */
const GROUP_KIND = /^[A-Za-z][A-Za-z0-9-]{0,62}(\.(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*)?$/;
const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Where these objects are. */
export function placesOf(objects: Iterable<{ readonly id: ObjectId }>): Places {
  const [groupKinds, namespaces] = [new Set<string>(), new Set<string>()];
  let last: ObjectId | undefined;
  for (const { id } of objects) {
    if (last?.group !== id.group || last.kind !== id.kind) groupKinds.add(groupKind(id.group, id.kind));
    if (last?.namespace !== id.namespace && id.namespace !== "") namespaces.add(id.namespace);
    last = id; // most are of the kind and in the namespace of the one before
  }
  return { groupKinds, namespaces };
}

/**
 * What status and annotations say together: one of them may have been lost in a replace or a restore. Whoever may edit
 * the Application may write anything into the annotations: what is no name, or too much, is left out.
 */
export function recordedPlaces(app: Application): Places {
  const annotations = app.metadata.annotations ?? {};
  const { groupKinds = [], namespaces = [] } = app.status?.membership ?? {};
  return {
    groupKinds: wellFormed([...groupKinds, ...(annotations[APPLYSET_GROUP_KINDS_ANNOTATION] ?? "").split(",")], GROUP_KIND),
    namespaces: wellFormed([...namespaces, ...(annotations[APPLYSET_NAMESPACES_ANNOTATION] ?? "").split(",")], NAMESPACE),
  };
}

function wellFormed(names: readonly string[], pattern: RegExp): ReadonlySet<string> {
  return new Set([...new Set(names.filter((name) => pattern.test(name)))].slice(0, MAX_PLACES));
}

/** The record as status.membership. */
export function membershipOf({ groupKinds, namespaces }: Places): NonNullable<ApplicationStatus["membership"]> {
  return { groupKinds: sorted(groupKinds), namespaces: sorted(namespaces) };
}

/** The record as ApplySet annotations of an Application in the namespace `own`, which they leave out. */
export function applySetAnnotations({ groupKinds, namespaces }: Places, own: string): Readonly<Record<string, string>> {
  return {
    [APPLYSET_TOOLING_ANNOTATION]: `driftless/v${TOOL_VERSION}`,
    [APPLYSET_GROUP_KINDS_ANNOTATION]: sorted(groupKinds).join(","),
    [APPLYSET_NAMESPACES_ANNOTATION]: sorted(namespaces).filter((name) => name !== own).join(","),
  };
}

/** All that is needed, and of what is recorded as much as there is room for. */
export function unite(needed: Places, recorded: Places): Places {
  return { groupKinds: withinLimit(needed.groupKinds, recorded.groupKinds), namespaces: withinLimit(needed.namespaces, recorded.namespaces) };
}

function withinLimit(needed: ReadonlySet<string>, recorded: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...needed, ...[...recorded.difference(needed)].slice(0, Math.max(0, MAX_PLACES - needed.size))]);
}

/** True for the same kinds and the same namespaces. */
export function isSamePlaces(left: Places, right: Places): boolean {
  return left.groupKinds.symmetricDifference(right.groupKinds).size === 0 && left.namespaces.symmetricDifference(right.namespaces).size === 0;
}

const sorted = (names: ReadonlySet<string>): string[] => [...names].sort();
