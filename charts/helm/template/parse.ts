import { quote } from "../go/strconv.ts";
import { builtinFunctions } from "./builtins.ts";
import { StatementParser } from "./parse-statements.ts";
import { isStackOverflow } from "./state.ts";
import { Source } from "./source.ts";
import type { Template } from "./template.ts";
import { TemplateError } from "./template-error.ts";
import { TokenStream } from "./token-stream.ts";

/**
 * The templates of a file by name: its own body under the name of the file, and what it defines. The result depends on
 * the arguments alone and may be shared. `isFunction` tells which names may be called beside the built-in ones. Throws TemplateError.
 */
export function parse(name: string, text: string, isFunction: (name: string) => boolean): ReadonlyMap<string, Template> {
  const templates = new Map<string, Template>();
  const tokens = new TokenStream(new Source(name, text), !isFunction("break") && !isFunction("continue"));
  const add = (template: Template): void => {
    const known = templates.get(template.name);
    if (known === undefined || known.isEmpty) templates.set(template.name, template);
    else if (!template.isEmpty) tokens.fail(`template: multiple definition of template ${quote(template.name)}`);
  };
  const file = { tokens, isFunction: (called: string) => isFunction(called) || builtinFunctions.has(called), add };
  try {
    add(new StatementParser(file).readFile(name));
  } catch (error) {
    if (isStackOverflow(error)) throw new TemplateError(`template: ${name}:1: blocks nest too deep`, { templateName: name, line: 1 });
    throw error;
  }
  return templates;
}
