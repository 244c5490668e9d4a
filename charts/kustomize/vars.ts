import { messageOf, ReconcileError } from "../../src/errors.ts";
import type { JsonObject } from "../../src/object/json.ts";
import type { Spend } from "../budget.ts";
import type { Path } from "./decode.ts";
import { setPath, type FieldSpec } from "./field-path.ts";
import { lookUp } from "./look-up.ts";
import type { KustomizationFile, VarEntry } from "./kustomization.ts";
import { allIds, currentId, formatId, inObject, withValue, type Resource, type ResourceId } from "./resource.ts";
import { specsFor } from "./specs-of-kind.ts";
import { replaceIn, varValue, type Replacer, type VarValue } from "./var-text.ts";

/** A name that stands for the value of a field of an object. */
export interface Var {
  readonly name: string;
  readonly fieldPath: string;
  readonly problem: (message: string, cause?: unknown) => ReconcileError;
}

/** The vars of a layer and of all below it, by name. */
export type Vars = ReadonlyMap<string, Var>;

/** No vars. */
export const NO_VARS: Vars = new Map();

/** Both sets. Throws BUILD_FAILED for a name that both have, even with the same meaning: kustomize does not look at it. */
export function joinVars(left: Vars, right: Vars): Vars {
  for (const [name, { problem }] of right) if (left.has(name)) throw problem(`var "${name}" is defined twice; a name may be defined once in all layers, rename one`);
  return right.size === 0 ? left : left.size === 0 ? right : new Map([...left, ...right]);
}

/**
 * Takes in the `vars` of a layer: each marks the object that its objref names, under any name that it ever had. What names
 * none is kept: the end of the build tells it. Throws BUILD_FAILED where several objects could be meant.
 */
export function takeVars(resources: readonly Resource[], layer: KustomizationFile, known: Vars, spend: Spend): { readonly resources: readonly Resource[]; readonly vars: Vars } {
  let [marked, vars] = [resources, known];
  for (const [index, entry] of (layer.fields.vars ?? []).entries()) {
    const path: Path = ["vars", index];
    const { name = "", fieldref } = entry;
    const taken: Var = { name, fieldPath: fieldref?.fieldPath || "metadata.name", problem: (message, cause) => layer.problem(path, message, cause) };
    spend(resources.length + vars.size / 10);
    vars = joinVars(vars, new Map([[name, taken]]));
    const isMeant = compileReference(entry);
    const found = marked.filter((resource) => allIds(resource).some(isMeant));
    if (found.length > 1) throw layer.problem(path, `objref of var "${name}" names ${found.map((each) => formatId(currentId(each))).join(" and ")}; say which by its namespace`);
    marked = marked.map((resource) => (resource === found[0] ? { ...resource, vars: [...resource.vars, name] } : resource));
  }
  return { resources: marked, vars };
}

/** Group, version, kind and name have to be equal; the namespace where there is one. */
function compileReference({ objref = {} }: VarEntry): (id: ResourceId) => boolean {
  const { apiVersion = "", namespace, name = "", kind = "" } = objref;
  const parts = apiVersion.split("/");
  const version = (parts.length > 2 ? undefined : parts.at(-1)) || (objref.version ?? "");
  const group = parts.length === 2 ? parts[0] : (objref.group ?? "");
  return (id) => id.name === name && id.kind === kind && id.version === version && id.group === group && (!namespace || id.namespace === namespace);
}

/** Replaces `$(NAME)` in every field of the table; `$$` becomes `$`. Throws BUILD_FAILED for a var without a value. `unused` is told the names that stand nowhere. */
export function resolveVars(resources: readonly Resource[], vars: Vars, table: readonly FieldSpec[], spend: Spend, unused: (taken: Var) => void): Resource[] {
  if (vars.size === 0) return [...resources];
  const values = valuesOf(resources, vars);
  const used = new Set<string>();
  const replacer: Replacer = { values, spend, used: (name) => used.add(name) };
  const resolved = resources.map((resource) => withValue(resource, resolveIn(resource, table, replacer)));
  for (const taken of vars.values()) if (!used.has(taken.name)) unused(taken);
  return resolved;
}

function resolveIn(resource: Resource, table: readonly FieldSpec[], replacer: Replacer): JsonObject {
  const { value, origin } = resource;
  const resolve = (object: JsonObject, { path }: FieldSpec): JsonObject => setPath(object, path, false, (leaf) => replaceIn(leaf, replacer, path === "metadata/annotations"));
  const problem = (cause: unknown): ReconcileError => new ReconcileError("BUILD_FAILED", messageOf(cause), { position: { file: origin.file, line: origin.line }, cause });
  return told(() => inObject(resource, () => specsFor(table, value).reduce(resolve, value)), problem);
}

function valuesOf(resources: readonly Resource[], vars: Vars): Map<string, VarValue> {
  const sources = new Map(resources.toReversed().flatMap((resource) => resource.vars.map((name) => [name, resource] as const)));
  return new Map([...vars.values()].flatMap((taken) => {
    const value = valueOf(taken, sources.get(taken.name));
    return value === undefined ? [] : [[taken.name, value] as const];
  }));
}

function valueOf({ name, fieldPath, problem }: Var, source: Resource | undefined): VarValue | undefined {
  if (source === undefined) throw problem(`objref of var "${name}" names no object; it has to have the apiVersion, kind and name that the object has here or had in a base`);
  const found = told(() => lookUp(source.value, fieldPath), (cause) => problem(`var "${name}": ${messageOf(cause)}`, cause));
  if (found === undefined) throw problem(`var "${name}": ${formatId(currentId(source))} has no ${fieldPath}`);
  return varValue(found.value, found.written);
}

function told<Result>(action: () => Result, problem: (cause: unknown) => ReconcileError): Result {
  try {
    return action();
  } catch (error) {
    if (error instanceof ReconcileError) throw error;
    throw problem(error);
  }
}
