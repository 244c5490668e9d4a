import { quote } from "../go/strconv.ts";
import { builtinFunctions } from "./builtins.ts";
import { StatementParser } from "./parse-statements.ts";
import { quickParse, type QuickFile } from "./quick-parse.ts";
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
  const source = new Source(name, text);
  const hasLoopWords = !isFunction("break") && !isFunction("continue");
  const isKnown = (called: string): boolean => isFunction(called) || builtinFunctions.has(called);
  return parsePlain(name, { source, hasLoopWords, isFunction: isKnown }) ?? parseAny(name, source, hasLoopWords, isKnown);
}

/** Undefined where the file is not as plain as most are. */
function parsePlain(name: string, file: QuickFile): ReadonlyMap<string, Template> | undefined {
  const templates = new Map<string, Template>();
  for (const template of quickParse(name, file) ?? [undefined]) if (template === undefined || !add(templates, template)) return undefined;
  return templates;
}

function parseAny(name: string, source: Source, hasLoopWords: boolean, isFunction: (name: string) => boolean): ReadonlyMap<string, Template> {
  const templates = new Map<string, Template>();
  const tokens = new TokenStream(source, hasLoopWords);
  const addOrFail = (template: Template): void => {
    if (!add(templates, template)) tokens.fail(`template: multiple definition of template ${quote(template.name)}`);
  };
  try {
    addOrFail(new StatementParser({ tokens, isFunction, add: addOrFail }).readFile(name));
  } catch (error) {
    if (isStackOverflow(error)) throw new TemplateError(`template: ${name}:1: blocks nest too deep`, { templateName: name, line: 1 });
    throw error;
  }
  return templates;
}

/** False where another one has the name: only one of them may have content. */
function add(templates: Map<string, Template>, template: Template): boolean {
  const known = templates.get(template.name);
  if (known === undefined || known.isEmpty) templates.set(template.name, template);
  else if (!template.isEmpty) return false;
  return true;
}
