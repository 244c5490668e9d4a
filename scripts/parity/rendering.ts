import { kustomizationIn } from "../../charts/kustomize/find-kustomization.ts";
import { ParseCache } from "../../charts/parse-cache.ts";
import { render } from "../../charts/render.ts";
import { TreeFiles } from "../../charts/tree-files.ts";
import { messageOf, ReconcileError } from "../../src/errors.ts";
import { writeGoYaml } from "../../src/object/go-yaml-write.ts";
import { canonicalJson, stringifyJson, valueAt, type Json } from "../../src/object/json.ts";
import { asJson } from "../../src/object/kube-object.ts";
import { parseYaml } from "../../src/object/yaml.ts";
import type { ParityCase } from "./cases.ts";

/** What we make of a case. A crash is a mistake of ours, never a refusal. */
export type Rendering =
  | { readonly kind: "Objects"; readonly objects: readonly Json[] }
  | { readonly kind: "Refused"; readonly message: string }
  | { readonly kind: "Crashed"; readonly message: string };

const cache = new ParseCache(256 * 1024 * 1024);

/** Renders a case as `driftless render` does, but for plain folders, which kustomize does not build. */
export function renderCase({ tree, options }: ParityCase): Rendering {
  try {
    if (kustomizationIn(new TreeFiles(tree, cache), options.path === "." ? "" : options.path) === undefined) return { kind: "Refused", message: "has no kustomization.yaml" };
    return { kind: "Objects", objects: render(tree, options, cache).objects.map(({ object }) => asJson(object)) };
  } catch (error) {
    const crash = crashIn(error);
    return crash instanceof Error ? { kind: "Crashed", message: placed(crash) } : { kind: "Refused", message: messageOf(error) };
  }
}

/** The error that only a mistake in a program makes: one without a row in the error table, or a cause of one that has it. */
export function crashIn(error: unknown): Error | undefined {
  return error instanceof ReconcileError ? mistakeIn(error) : error instanceof Error ? error : undefined;
}

function mistakeIn(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof TypeError || error instanceof ReferenceError) return error;
  const causes: unknown[] = error instanceof AggregateError ? error.errors : [error.cause];
  return causes.map(mistakeIn).find((crash) => crash !== undefined);
}

/** The error with the two innermost places of its stack. */
export const placed = ({ stack, message }: Error): string => (stack ?? message).split("\n", 3).join(" ").replaceAll(/file:\/\/\S*?\/(?=(?:charts|src|sources|scripts)\/)/g, "");

/** A text as `kustomize build` prints it. */
export const textOf = (objects: readonly Json[]): string => objects.map(writeGoYaml).join("---\n");

/** The objects of such a text. */
export function objectsOf(text: string): Json[] {
  return parseYaml(text, "expected", "kustomize").map(({ value }) => value);
}

/** `Deployment.apps/v1 shop/web`: what tells objects of one build apart. */
export function idOf(value: Json): string {
  const namespace = text(valueAt(value, ["metadata", "namespace"]));
  const name = text(valueAt(value, ["metadata", "name"]));
  return `${text(valueAt(value, ["kind"]))}.${text(valueAt(value, ["apiVersion"]))} ${namespace === "" ? "" : `${namespace}/`}${name}`;
}

const text = (value: Json | undefined): string => (typeof value === "string" ? value : value === undefined || value === null ? "" : stringifyJson(value));

/** Each object as a text that is equal for equal content. */
export const canonical = (objects: readonly Json[]): string[] => objects.map((object) => canonicalJson(object));
