import { KINDS, TYPES } from "./merge-key-facts.ts";

/**
 * How lists of built-in kinds are merged by a strategic merge patch: facts of the Kubernetes API description that
 * kustomize 5.8 embeds (v1.21). Kinds and fields that are not here have lists that a patch replaces as a whole.
 */
export interface MergeType {
  /** Lists whose items are matched by these fields; no field: a set of plain values. */
  readonly lists?: Readonly<Record<string, MergeList>>;
  /** Members that have merged lists somewhere below. */
  readonly members?: Readonly<Record<string, MergeType>>;
  /** What members are that are not listed. */
  readonly values?: MergeType;
  /** Members that are not listed are unknown, and may be objects of any kind. Default: they merge nothing. */
  readonly isOpen?: boolean;
}

/** A list that is merged item by item. */
export interface MergeList {
  readonly keys: readonly string[];
  readonly item?: MergeType;
}

/** How lists of a kind are merged, or undefined for kinds that are not known. */
export type MergeTypeOf = (apiVersion: string, kind: string) => MergeType | undefined;

const byName = new Map<string, MergeType>();

/** A type with its parts; each is made once. The table has no type that contains itself. */
function typeNamed(name: string): MergeType {
  const known = byName.get(name);
  if (known !== undefined) return known;
  const { lists = {}, members = {} } = TYPES[name] ?? {};
  const type: MergeType = {
    lists: mapValues(lists, ({ keys, item }) => (item === undefined ? { keys } : { keys, item: typeNamed(item) })),
    members: mapValues(members, typeNamed),
  };
  byName.set(name, type);
  return type;
}

const mapValues = <From, To>(map: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value)]));

const byKind: ReadonlyMap<string, MergeType> = new Map(Object.entries(KINDS).flatMap(([name, kinds]) => kinds.map((kind) => [kind, typeNamed(name)] as const)));

/** How lists of this kind are merged, or undefined for kinds that are not known. */
export const mergeTypeOf: MergeTypeOf = (apiVersion, kind) => byKind.get(`${apiVersion} ${kind}`);
