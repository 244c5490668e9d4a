import { ReconcileError } from "../../../src/errors.ts";
import type { GoValue } from "../go/value.ts";
import type { Environment } from "./environment.ts";
import { Output } from "./output.ts";
import { isStackOverflow, State } from "./state.ts";
import type { Template } from "./template.ts";

/** The text that a template makes of some data. Throws TemplateError, and ReconcileError LIMIT_EXCEEDED where templates nest too deep or the scope says so. */
export function execute(template: Template, data: GoValue, environment: Environment): string {
  const output = new Output(environment.scope, environment.marks);
  try {
    template.root.run(new State(environment, template, output, data, 0));
  } catch (error) {
    if (isStackOverflow(error)) throw new ReconcileError("LIMIT_EXCEEDED", `template ${template.name}: templates, includes or values nest too deep; look for one that calls itself without an end`);
    throw error;
  }
  return output.finish();
}
