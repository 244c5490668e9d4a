/** Makes `src/object/merge-key-facts.ts` from the API description that kustomize embeds; asking for it takes Go, so it is done on demand. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { mergeTypesOf } from "../charts/kustomize/openapi-types.ts";
import { parseJson, type JsonObject } from "../src/object/json.ts";
import { CLUSTER_SCOPED, DESCRIPTION, KINDS, TYPES, type TypeFacts } from "../src/object/merge-key-facts.ts";
import type { MergeType } from "../src/object/merge-keys.ts";
import { compareText } from "../src/object/object-id.ts";

/** Where the facts lie. */
export const FACTS_PATH = "src/object/merge-key-facts.ts";

/** What the file says. */
export interface Facts {
  readonly description: string;
  readonly types: Readonly<Record<string, TypeFacts>>;
  /** Kinds by the name of their type. */
  readonly kinds: Readonly<Record<string, readonly string[]>>;
  readonly clusterScoped: readonly string[];
}

/** The facts as they are committed. */
export const committedFacts = (): Facts => ({ description: DESCRIPTION, types: TYPES, kinds: KINDS, clusterScoped: CLUSTER_SCOPED });

interface Description {
  readonly version: string;
  readonly kyaml: string;
  readonly definitions: JsonObject;
  readonly namespaced: Readonly<Record<string, boolean>>;
}

/** Derives the facts anew. Runs Go, which fetches kyaml through its module proxy. */
export function deriveFacts(): Facts {
  const text = execFileSync("go", ["run", "."], { cwd: join(import.meta.dirname, "merge-keys"), encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  const { version, kyaml, definitions, namespaced } = parseJson(text) as unknown as Description; // main.go prints it
  const clusterScoped = Object.keys(namespaced).filter((kind) => namespaced[kind] === false).sort();
  return { description: `Kubernetes ${version} in kyaml ${kyaml}`, ...namedTypes(mergeTypesOf(definitions)), clusterScoped };
}

/** Types of equal content become one, under the shortest way that leads to it, such as `Pod.spec`. */
function namedTypes(byKind: ReadonlyMap<string, MergeType>): Pick<Facts, "types" | "kinds"> {
  const kinds = [...byKind].sort(([left], [right]) => compareText(left, right)).flatMap(([kind, type]) => withValue(kind, prune(type, [])));
  const found = new Map<string, { readonly way: string; readonly type: MergeType }>();
  for (const [kind, type] of kinds) collect(type, kind.slice(kind.indexOf(" ") + 1), found);
  const nameOf = (type: MergeType): string => found.get(JSON.stringify(type))?.way ?? "";
  const types = [...found.values()].sort((left, right) => compareText(left.way, right.way)).map(({ way, type }) => [way, factsOf(type, nameOf)] as const);
  const byName = Map.groupBy(kinds, ([, type]) => nameOf(type));
  return { types: Object.fromEntries(types), kinds: Object.fromEntries([...byName].map(([name, list]) => [name, list.map(([kind]) => kind)])) };
}

/** A type without the parts that merge nothing; undefined where nothing is left. Only JSON schemas contain themselves, and they merge nothing. */
function prune({ lists = {}, members = {}, ...type }: MergeType, above: readonly unknown[]): MergeType | undefined {
  if (above.includes(members)) return undefined;
  const below = [...above, members];
  const left: MergeType = {
    lists: mapDefined(lists, ({ keys, item }) => {
      const pruned = item && prune(item, below);
      return pruned === undefined ? { keys } : { keys, item: pruned };
    }),
    members: mapDefined(members, (member) => prune(member, below)),
  };
  if (type.values !== undefined && prune(type.values, below) !== undefined) throw new Error("there are maps of merged lists now: write them into the facts");
  return Object.keys({ ...left.lists, ...left.members }).length === 0 ? undefined : left;
}

/** Notes every part of a type with the shortest way to its content. */
function collect(type: MergeType, way: string, found: Map<string, { readonly way: string; readonly type: MergeType }>): void {
  const content = JSON.stringify(type);
  const known = found.get(content)?.way;
  if (known === undefined || way.length < known.length) found.set(content, { way, type });
  for (const [name, { item }] of Object.entries(type.lists ?? {})) if (item !== undefined) collect(item, `${way}.${name}`, found);
  for (const [name, member] of Object.entries(type.members ?? {})) collect(member, `${way}.${name}`, found);
}

function factsOf({ lists = {}, members = {} }: MergeType, nameOf: (type: MergeType) => string): TypeFacts {
  const merged = mapDefined(lists, ({ keys, item }) => (item === undefined ? { keys } : { keys, item: nameOf(item) }));
  const below = mapDefined(members, nameOf);
  return { ...(Object.keys(merged).length > 0 && { lists: merged }), ...(Object.keys(below).length > 0 && { members: below }) };
}

/** The map with its members changed, by name; those that become undefined are left out. */
const mapDefined = <From, To>(map: Readonly<Record<string, From>>, change: (value: From) => To | undefined): Record<string, To> =>
  Object.fromEntries(Object.keys(map).sort().flatMap((name) => withValue(name, change(map[name] as From)))); // the name is one of its own

const withValue = <Value>(name: string, value: Value | undefined): [string, Value][] => (value === undefined ? [] : [[name, value]]);

const NOTICE = "// Generated by `npm run generate -- --merge-keys`, which takes Go. Change scripts/merge-key-facts.ts, not this file.\n";

/** The file that holds the facts. Pure: equal facts give equal bytes. */
export function factsFile({ description, types, kinds, clusterScoped }: Facts): string {
  return `${NOTICE}
/** What is known of a type: its merged lists, and the types of its members and items that have such lists below, by name. */
export interface TypeFacts {
  readonly lists?: Readonly<Record<string, { readonly keys: readonly string[]; readonly item?: string }>>;
  readonly members?: Readonly<Record<string, string>>;
}

/** Whose facts these are. */
export const DESCRIPTION = ${JSON.stringify(description)};

/** Types by name; equal ones are one, named by the shortest way to it. */
export const TYPES: Readonly<Record<string, TypeFacts>> = {
${rows(Object.entries(types).map(([name, type]) => `${JSON.stringify(name)}: ${literal(type)}`))}};

/** Kinds by the name of their type. Other kinds merge no list. */
export const KINDS: Readonly<Record<string, readonly string[]>> = {
${rows(Object.entries(kinds).map(([name, list]) => `${JSON.stringify(name)}: ${literal(list)}`))}};

/** Kinds without a namespace. */
export const CLUSTER_SCOPED: readonly string[] = [
${rows(clusterScoped.map((kind) => JSON.stringify(kind)))}];
`;
}

const rows = (entries: readonly string[]): string => entries.map((entry) => `  ${entry},\n`).join("");

/** `{ keys: ["name"] }` */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value).map(([key, member]) => `${/^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key)}: ${literal(member)}`).join(", ")} }`;
}
