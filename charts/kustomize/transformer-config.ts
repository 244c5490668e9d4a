import { compareText } from "../../src/object/object-id.ts";
import type { FieldSpec } from "./field-path.ts";
import { ANNOTATIONS, IMAGES, NAMES, NAMESPACES, REPLICAS, SELECTOR_LABELS, TEMPLATE_LABELS, VAR_REFERENCES } from "./field-specs.ts";
import { NAME_REFERENCES, type NameReferences, type KindSelector } from "./name-references.ts";
import { kindRank } from "./sort-order.ts";

/** Which fields the transformations of a layer write: kustomize's own with those of `configurations` and `crds`, of the layer and all below it. */
export interface TransformerConfig {
  readonly namePrefix: readonly FieldSpec[];
  readonly nameSuffix: readonly FieldSpec[];
  readonly namespace: readonly FieldSpec[];
  readonly commonLabels: readonly FieldSpec[];
  /** Further fields of every entry of `labels`. */
  readonly labels: readonly FieldSpec[];
  readonly templateLabels: readonly FieldSpec[];
  readonly commonAnnotations: readonly FieldSpec[];
  readonly nameReference: readonly NameReferences[];
  readonly varReference: readonly FieldSpec[];
  readonly images: readonly FieldSpec[];
  readonly replicas: readonly FieldSpec[];
}

/** No field at all: what a layer starts from. */
export const EMPTY_CONFIG: TransformerConfig = {
  namePrefix: [], nameSuffix: [], namespace: [], commonLabels: [], labels: [], templateLabels: [], commonAnnotations: [], nameReference: [], varReference: [], images: [], replicas: [],
};

/** The same fields in kustomize's order, which decides what of a list another one repeats. */
export function sortConfig(config: TransformerConfig): TransformerConfig {
  const entries = Object.entries(config) as [keyof TransformerConfig, readonly (FieldSpec | NameReferences)[]][]; // the members of the interface
  const sorted = entries.map(([field, specs]) => [field, specs.toSorted((left, right) => compareKinds(kindOf(left), kindOf(right)))]);
  return Object.fromEntries(sorted) as TransformerConfig; // the same members with the same items
}

const kindOf = (spec: FieldSpec | NameReferences): KindSelector => ("target" in spec ? spec.target : spec);

/** What every layer has without saying so. */
export const DEFAULT_CONFIG: TransformerConfig = sortConfig({
  namePrefix: NAMES, nameSuffix: NAMES, namespace: NAMESPACES, commonLabels: SELECTOR_LABELS, labels: [], templateLabels: TEMPLATE_LABELS,
  commonAnnotations: ANNOTATIONS, nameReference: NAME_REFERENCES, varReference: VAR_REFERENCES, images: IMAGES, replicas: REPLICAS,
});

/** Lists of the default tables: known to hold no field twice. */
const DEFAULT_LISTS: ReadonlySet<unknown> = new Set([...Object.values(DEFAULT_CONFIG), ...NAME_REFERENCES.map(({ fields }) => fields)]);

/** The fields of both. Throws Error where they disagree whether a missing field is made. */
export function mergeConfigs(left: TransformerConfig, right: TransformerConfig): TransformerConfig {
  if (right === EMPTY_CONFIG) return left;
  if (right === DEFAULT_CONFIG && (left === EMPTY_CONFIG || left === DEFAULT_CONFIG)) return right;
  const merged = (field: Exclude<keyof TransformerConfig, "nameReference">): readonly FieldSpec[] => {
    const specs = mergeSpecs(left[field], right[field], field);
    return specs === left[field] || specs === right[field] ? specs : specs.toSorted(compareKinds);
  };
  return {
    namePrefix: merged("namePrefix"), nameSuffix: merged("nameSuffix"), namespace: merged("namespace"),
    commonLabels: merged("commonLabels"), labels: merged("labels"), templateLabels: merged("templateLabels"), commonAnnotations: merged("commonAnnotations"),
    nameReference: mergeReferences(left.nameReference, right.nameReference),
    varReference: merged("varReference"), images: merged("images"), replicas: merged("replicas"),
  };
}

/**
 * The specs of both lists. One is left out where the first list has its path for that kind already; a spec for any kind is
 * left out where the list has the path for some kind. Throws Error where the two disagree whether a missing field is made.
 */
export function mergeSpecs(left: readonly FieldSpec[], right: readonly FieldSpec[], field = "fields"): readonly FieldSpec[] {
  if (right.length === 0) return left;
  if (DEFAULT_LISTS.has(right) && (left === right || left.length === 0)) return right;
  const byPath = Map.groupBy(left, ({ path }) => path);
  const added: FieldSpec[] = [];
  for (const spec of right) {
    const alike = byPath.get(spec.path);
    const present = alike?.find((each) => isSelected(each, spec));
    if (present === undefined) {
      added.push(spec);
      if (alike === undefined) byPath.set(spec.path, [spec]);
      else alike.push(spec);
    } else if ((present.create === true) !== (spec.create === true)) {
      throw new Error(`${field}: "${spec.path}" of ${spec.kind || "any kind"} is given with create: true and without; say the same everywhere`);
    }
  }
  return added.length === 0 ? left : [...left, ...added];
}

/** An empty group, version or kind of the selector selects any. */
const isSelected = (spec: FieldSpec, selector: FieldSpec): boolean =>
  (!selector.group || spec.group === selector.group) && (!selector.version || spec.version === selector.version) && (!selector.kind || spec.kind === selector.kind);

function mergeReferences(left: readonly NameReferences[], right: readonly NameReferences[]): readonly NameReferences[] {
  if (right.length === 0) return left;
  if (DEFAULT_LISTS.has(right) && (left === right || left.length === 0)) return right;
  const merged = new Map<string, NameReferences>();
  for (const references of left) merged.set(sortKey(references.target), references);
  for (const references of right) {
    const key = sortKey(references.target);
    const present = merged.get(key);
    merged.set(key, present === undefined ? references : { ...present, fields: mergeSpecs(present.fields, references.fields, "nameReference") });
  }
  return [...merged.values()].sort((first, second) => compareKinds(first.target, second.target));
}

/** kustomize's order of kinds: as it sorts objects, then by group, version and kind. */
function compareKinds(left: KindSelector, right: KindSelector): number {
  return kindRank(left.kind ?? "") - kindRank(right.kind ?? "") || compareText(sortKey(left), sortKey(right));
}

function sortKey({ group, version, kind }: KindSelector): string {
  return `${group || "~G"}_${version || "~V"}_${kind || "~K"}`;
}
