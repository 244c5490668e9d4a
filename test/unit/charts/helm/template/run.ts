import { define, fn, variadic } from "../../../../../charts/helm/functions/define.ts";
import { formatFunctions } from "../../../../../charts/helm/functions/format.ts";
import type { CallScope, FunctionTable, GoValue } from "../../../../../charts/helm/go/value.ts";
import type { Environment } from "../../../../../charts/helm/template/environment.ts";
import { execute } from "../../../../../charts/helm/template/execute.ts";
import { parse } from "../../../../../charts/helm/template/parse.ts";

/** A scope in which everything is paid for. */
export const FREE: CallScope = { spend: () => undefined, spendText: () => undefined, now: new Date(0), random: (count) => new Uint8Array(count), renewAt: () => undefined };

/** A few functions as sprig has them, for tests of arguments. */
export const SOME_FUNCTIONS: FunctionTable = define({
  trim: fn(["string"], (text) => text.trim()),
  trimSuffix: fn(["string", "string"], (suffix, text) => (text.endsWith(suffix) ? text.slice(0, -suffix.length) : text)),
  hasKey: fn(["map[string]any", "string"], ({ entries }, key) => entries.has(key)),
  fail: fn(["string"], (text) => {
    throw new Error(text);
  }),
  default: variadic(["any"], "any", (fallback, [given]) => (given === undefined || given === null || given === "" ? fallback : given)),
});

/** The text that a template makes; options are those of an environment. */
export function run(text: string, data: GoValue = null, options: Partial<Environment> & { readonly name?: string } = {}): string {
  const functions = new Map([...formatFunctions, ...SOME_FUNCTIONS, ...(options.functions ?? [])]);
  const name = options.name ?? "t";
  const templates = parse(name, text, (called) => functions.has(called));
  const template = templates.get(name);
  if (template === undefined) throw new Error("a file always has a body");
  return execute(template, data, { scope: FREE, templates, ...options, functions });
}

/** The message of what a template fails with, `no error` where it does not. */
export function failure(text: string, data: GoValue = null, options: Partial<Environment> & { readonly name?: string } = {}): string {
  try {
    run(text, data, options);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "no error";
}
