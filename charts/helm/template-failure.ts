import { messageOf, ReconcileError, type Position } from "../../src/errors.ts";
import { quote } from "./go/strconv.ts";
import { ChartFailure } from "./functions/defaults.ts";
import { LimitError } from "./template/execute.ts";
import { TemplateError } from "./template/template-error.ts";

/** Where a person finds a template, by the name that errors give it; undefined for text that was given to `tpl`. */
export type FileOf = (templateName: string) => string | undefined;

/**
 * An error of a template as one of ours: at the innermost place that is a file of a chart, with the place of the file that
 * was rendered where that is another. What the chart says itself, with `fail` or `required`, is told as it stands.
 */
export function templateFailure(error: unknown, rendered: string, fileOf: FileOf): ReconcileError {
  const chain = chainOf(error);
  const places = chain.flatMap((link) => placeOf(link, fileOf));
  const innermost = chain.at(-1);
  if (innermost instanceof ReconcileError && !(innermost instanceof LimitError) && innermost.position !== undefined) return innermost;
  const code = innermost instanceof ReconcileError ? innermost.code : "BUILD_FAILED";
  const [outer] = places;
  const file = fileOf(rendered) ?? rendered;
  if (innermost instanceof ChartFailure) return new ReconcileError(code, innermost.message, { position: outer ?? { file }, cause: error });
  const inner = places.at(-1);
  const from = outer === undefined || inner === undefined || outer === inner || (outer.file === inner.file && outer.line === inner.line) ? "" : `; it was called from ${outer.file}:${outer.line}`;
  return new ReconcileError(code, `${withoutValues(reasonIn(innermost), chain)}${from}`, { position: inner ?? { file }, cause: error });
}

/** The errors of templates within each other, and behind them what a function said, whose own causes have words that are not Go's. */
function chainOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let link: unknown = error; link !== undefined && link !== null; link = link instanceof Error ? link.cause : undefined) {
    chain.push(link);
    if (!(link instanceof TemplateError)) break;
  }
  return chain;
}

function placeOf(link: unknown, fileOf: FileOf): (Position & { readonly line: number })[] {
  if (link instanceof LimitError) {
    const { file: name = "", line = 1, column } = link.position ?? {};
    const file = fileOf(name);
    return file === undefined ? [] : [{ file, line, ...(column === undefined ? {} : { column }) }];
  }
  if (!(link instanceof TemplateError)) return [];
  const file = fileOf(link.templateName);
  if (file === undefined) return [];
  return [{ file, line: link.line, ...(link.column === undefined ? {} : { column: link.column + 1 }) }];
}

/** Go's own words: of `template: x:3:4: executing "x" at <.a.b>: nil pointer …` what follows the place. */
function reasonIn(error: unknown): string {
  if (error instanceof LimitError) return error.reasonText;
  const message = messageOf(error);
  return error instanceof TemplateError ? message.replace(/^template: [^ ]*: (?:executing ".*?" )?/, "") : message.replace(ADDRESS, '$1"…"');
}

/** What urlParse and urlJoin quote may hold a password, be it from within a map. */
const ADDRESS = /^(unable to parse .*?: parse )"(?:[^"\\]|\\.)*"/;

/** Shorter texts tell nothing. */
const SHORTEST = 3;
const QUOTED = /"((?:[^"\\]|\\.)*)"/g;

/** The message without the values that functions were given, and without quoted parts of them: they may be secret. */
function withoutValues(message: string, chain: readonly unknown[]): string {
  const values = chain.flatMap((link) => (link instanceof TemplateError ? link.quoted : [])).filter((value) => value.length >= SHORTEST);
  if (values.length === 0) return message;
  const start = message.startsWith("at <") ? Math.max(message.indexOf(">: "), 0) : 0; // the expression before is the chart's own
  const hidden = values.reduce((text, value) => text.replaceAll(value, "…").replaceAll(quote(value).slice(1, -1), "…"), message.slice(start));
  return message.slice(0, start) + hidden.replace(QUOTED, (whole, part: string) => (part.length >= SHORTEST && values.some((value) => value.includes(part)) ? '"…"' : whole));
}
