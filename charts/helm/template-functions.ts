import { ReconcileError } from "../../src/errors.ts";
import { ChartFailure } from "./functions/defaults.ts";
import { define, fn } from "./functions/define.ts";
import { GoMap, type CallScope, type FunctionTable, type GoValue } from "./go/value.ts";
import { addTemplates, type TemplateSet } from "./template-set.ts";
import { templateWeight } from "./template-weight.ts";
import type { RenderScope } from "./render-scope.ts";
import type { Template } from "./template/template.ts";
import { execute, LimitError } from "./template/execute.ts";

/** How often a template may be within itself, as in Helm. */
const MAX_WITHIN = 1000;
/** What reading a short text costs. */
const TPL_UNITS = 25;
/** Weight of a text that is read in a microsecond, and little enough that what is read fits into the memory. */
const TPL_SPEED = 2;
/** What Helm calls the text that `tpl` is given. */
export const TPL_NAME = "gotpl";
/** What Go prints for a value that is missing. */
export const NO_VALUE = "<no value>";

/** What Helm removes from the output of every file and of `tpl`: what Go prints for a value that is missing. */
export const withoutNoValue = (text: string): string => (text.includes(NO_VALUE) ? text.replaceAll(NO_VALUE, "") : text);

const include = fn(["string", "any"], (name, data, scope) => {
  const { shared, environment } = renderScope(scope);
  const template = environment.templates.get(name);
  if (template === undefined) throw new Error(`template: no template ${JSON.stringify(name)} associated with template ${JSON.stringify(TPL_NAME)}`);
  const within = shared.within.get(name) ?? 0;
  if (within > MAX_WITHIN) throw new Error(`rendering template has a nested reference name: ${name}: unable to execute template`);
  shared.within.set(name, within + 1);
  try {
    return execute(template, data, environment);
  } finally {
    shared.within.set(name, within);
  }
});

const tpl = fn(["string", "any"], (text, data, scope) => {
  if (!text.includes("{{")) return withoutNoValue(text);
  const outer = renderScope(scope);
  scope.spend(TPL_UNITS + templateWeight(text) / TPL_SPEED);
  const parsed = outer.shared.parseText(text);
  const main = parsed.get(TPL_NAME);
  const inner = parsed.size === 1 ? outer : outer.within(extended(outer.environment.templates, parsed, scope));
  return main === undefined ? "" : withoutNoValue(executeText(main, data, inner));
});

/** A limit that was reached in the text is told at the place of the chart where the text is rendered. */
function executeText(main: Template, data: GoValue, scope: RenderScope): string {
  try {
    return execute(main, data, scope.environment);
  } catch (error) {
    if (error instanceof LimitError && error.position?.file === TPL_NAME) throw new ReconcileError("LIMIT_EXCEEDED", error.reasonText, { cause: error });
    throw error;
  }
}

/** A set of its own: what the text defines is gone behind it. */
function extended(templates: ReadonlyMap<string, Template>, definitions: ReadonlyMap<string, Template>, scope: CallScope): TemplateSet {
  scope.spend(templates.size / 10);
  const set: TemplateSet = new Map(templates);
  addTemplates(set, definitions.values());
  return set;
}

const required = fn(["string", "any"], (message, value) => {
  if (value === null || value === "") throw new ChartFailure(message);
  return value;
});

const lookup = fn(["string", "string", "string", "string"], (apiVersion, kind, namespace, name, scope) => renderScope(scope).shared.lookup(apiVersion, kind, namespace, name) ?? new GoMap());

/** The functions that see the templates of the render or ask the cluster. */
export const TEMPLATE_FUNCTIONS: FunctionTable = define({ include, tpl, required, lookup });

/** The scope of a render is the engine's own. */
const renderScope = (scope: CallScope): RenderScope => scope as RenderScope; // these functions are in no other table
