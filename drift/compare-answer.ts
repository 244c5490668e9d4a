/** The server's own answer to a dry run against live: exact, because the server has already defaulted and rewritten it. */
import { isJsonObject, jsonEqual } from "../src/object/json.ts";
import type { Json, JsonObject } from "../src/object/json.ts";
import { asJson } from "../src/object/kube-object.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { mergeTypeOf } from "../src/object/merge-keys.ts";
import type { MergeType } from "../src/object/merge-keys.ts";
import { contentOf } from "./content.ts";
import type { Comparison, Difference } from "./difference.ts";
import { isEmptyValue } from "./equality.ts";
import { field, findItem, formatPath, keyOfItem } from "./field-path.ts";
import type { FieldPath, PathElement } from "./field-path.ts";
import { childOf, EMPTY_SET, isLeaf, MAX_DEPTH, parseFields, unite } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";
import { listKindOf } from "./list-kind.ts";
import { managersOf, ownEntry, ownHash } from "./managed-fields.ts";

interface Spot {
  readonly path: FieldPath;
  readonly names: readonly string[];
  readonly answer: Json | undefined;
  readonly live: Json | undefined;
  readonly own: FieldSet | undefined;
  readonly shape: FieldSet | undefined;
}

interface Found {
  readonly type: MergeType | undefined;
  readonly differences: Difference[];
  readonly released: string[];
}

/**
 * What an apply would change, told by the answer to its dry run. Nothing is undecided. Where only ownership would
 * change, `unowned` holds the one path "" for the object as a whole.
 */
export function compareAnswer(answer: KubeObject, live: KubeObject): Comparison {
  const [own, shape] = [parseFields(ownEntry(live.metadata.managedFields)?.fieldsV1), shapeOf([live, answer])];
  const found: Found = { type: mergeTypeOf(live.apiVersion, live.kind), differences: [], released: [] };
  compareSpot(found, { path: [], names: [], answer: withMetadata(answer), live: withMetadata(live), own, shape });
  const { differences, released } = found;
  const moved = ownHash(answer.metadata.managedFields) !== ownHash(live.metadata.managedFields);
  const unowned = moved && differences.length + released.length === 0 ? [""] : [];
  return { differences: differences.sort((left, right) => (left.pointer < right.pointer ? -1 : 1)), released: released.sort(), unowned, undecided: [] };
}

/** An object that was replaced has no labels and annotations left; its metadata is there all the same. */
const withMetadata = (object: KubeObject): JsonObject => ({ metadata: {}, ...contentOf(asJson(object)) });

function shapeOf(objects: readonly KubeObject[]): FieldSet {
  return objects.flatMap(({ metadata }) => managersOf(metadata.managedFields)).reduce((all, { set }) => unite(all, set), EMPTY_SET);
}

function compareSpot(found: Found, spot: Spot): void {
  const { answer, live, path } = spot;
  if (jsonEqual(answer, live) || (isEmptyValue(answer) && isEmptyValue(live))) return;
  if (answer === undefined) return void found.released.push(formatPath(path));
  if (live === undefined || path.length > MAX_DEPTH) return differ(found, spot);
  const atomic = spot.shape !== undefined && isLeaf(spot.shape) && path.length > 0;
  if (isJsonObject(answer) && isJsonObject(live) && !atomic) return compareMembers(found, spot, answer, live);
  if (Array.isArray(answer) && Array.isArray(live)) return compareItems(found, spot, answer as readonly Json[], live as readonly Json[]);
  differ(found, spot);
}

function compareMembers(found: Found, spot: Spot, answer: JsonObject, live: JsonObject): void {
  for (const name of [...new Set([...Object.keys(answer), ...Object.keys(live)])].sort()) {
    compareSpot(found, below(spot, field(name), name, answer[name], live[name]));
  }
}

function compareItems(found: Found, spot: Spot, answer: readonly Json[], live: readonly Json[]): void {
  const kind = listKindOf({ ...spot, type: found.type }, [...answer, ...live]);
  if (kind.kind !== "Keyed") return differ(found, spot);
  const before = found.differences.length + found.released.length;
  for (const item of [...answer, ...live.filter((item) => twin(item, answer, kind.names) === undefined)]) {
    if (!isJsonObject(item)) return differ(found, spot);
    const key = keyOfItem(item, kind.names);
    compareSpot(found, below(spot, { kind: "Key", key }, "", findItem(answer, key), findItem(live, key)));
  }
  // The same items in another order, or one key twice: only the list as a whole can tell it.
  if (found.differences.length + found.released.length === before) differ(found, spot);
}

function twin(item: Json, items: readonly Json[], names: readonly string[]): Json | undefined {
  return isJsonObject(item) ? findItem(items, keyOfItem(item, names)) : undefined;
}

function differ(found: Found, { path, answer, live, own }: Spot): void {
  const kind = live === undefined ? "Missing" : "Modified";
  found.differences.push({ path, pointer: formatPath(path), class: kind, desired: answer, live, owned: own !== undefined, revert: true });
}

function below(spot: Spot, element: PathElement, name: string, answer: Json | undefined, live: Json | undefined): Spot {
  return { path: [...spot.path, element], names: [...spot.names, name], answer, live, own: childOf(spot.own, element), shape: childOf(spot.shape, element) };
}
