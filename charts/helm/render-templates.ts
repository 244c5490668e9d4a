import type { Capabilities } from "./capabilities.ts";
import type { Prepared } from "./chart/prepare.ts";
import { chartTemplates, inParseOrder, isPartial, type ChartTemplate } from "./chart-scopes.ts";
import { GoMap, type GoValue } from "./go/value.ts";
import type { HelmCache } from "./helm-cache.ts";
import { helmFunctions } from "./helm-functions.ts";
import type { HelmInput, HelmVersion } from "./input.ts";
import { RenderBudget, RenderScope, type Shared } from "./render-scope.ts";
import type { Environment, Mark } from "./template/environment.ts";
import { execute } from "./template/execute.ts";
import { parse } from "./template/parse.ts";
import type { Template } from "./template/template.ts";
import { templateFailure, type FileOf } from "./template-failure.ts";
import { TPL_NAME, withoutNoValue } from "./template-functions.ts";
import { addTemplates, type TemplateSet } from "./template-set.ts";

/** What a template of a chart gave. */
export interface RenderedTemplate {
  readonly source: string;
  /** Where a person finds the template. */
  readonly file: string;
  /** The template as written. */
  readonly template: string;
  readonly text: string;
  /** Where each piece of `marked` came from, where it was asked for. */
  readonly marks?: readonly Mark[] | undefined;
  /** The output as the marks know it: missing values are still told. */
  readonly marked: string;
}

/** What templates are rendered with besides the chart. */
export interface TemplateContext {
  readonly input: HelmInput;
  readonly capabilities: Capabilities;
  readonly cache: HelmCache;
  /** Source of the template whose pieces are to be marked; default none. */
  readonly marked?: string | undefined;
}

/** What all templates of a chart gave. */
export interface RenderedTemplates {
  /** In the order of rendering. */
  readonly rendered: readonly RenderedTemplate[];
  /** The moment until which that holds; undefined where it holds for ever. */
  readonly renewAt: Date | undefined;
}

/** Renders all templates of a chart and its dependencies, in Helm's order. Throws BUILD_FAILED with file, line and column, or LIMIT_EXCEEDED. */
export function renderTemplates({ chart, values }: Prepared, { input, capabilities, cache, marked }: TemplateContext): RenderedTemplates {
  const version = input.helmVersion ?? "v4";
  const templates = chartTemplates(chart, values, { version, release: input.release, capabilities });
  const ordered = inParseOrder(templates.values());
  const fileOf: FileOf = (source) => templates.get(source)?.file.path;
  const set = parseAll(ordered, version, fileOf);
  const shared = sharedBy(input, version, cache);
  const { environment } = new RenderScope(shared, set);
  const rendered = ordered.flatMap((template) => {
    const body = isPartial(template.source) ? undefined : set.get(template.source);
    if (body === undefined) return [];
    shared.random = input.random.ofTemplate(template.source);
    const marks: Mark[] | undefined = template.source === marked ? [] : undefined;
    try {
      return [renderTemplate(template, body, marks === undefined ? environment : { ...environment, marks })];
    } catch (error) {
      throw templateFailure(error, template.source, fileOf);
    }
  });
  return { rendered, renewAt: shared.renewAt };
}

function sharedBy(input: HelmInput, version: HelmVersion, cache: HelmCache): Shared {
  return {
    budget: new RenderBudget(),
    functions: helmFunctions(version),
    now: nowOf(input),
    clock: input.clock,
    random: () => new Uint8Array(), // each template gets its own
    renewAt: undefined,
    lookup: input.lookup ?? (() => undefined),
    parseText: (text) => cache.texts[version].get(text, (text) => parse(TPL_NAME, text, isFunctionOf(version))),
    within: new Map(),
  };
}

function nowOf({ now }: HelmInput): () => Date {
  return typeof now === "function" ? now : () => now;
}

function renderTemplate({ source, file, dot, basePath }: ChartTemplate, body: Template, environment: Environment): RenderedTemplate {
  dot.entries.set("Template", new GoMap(new Map<string, GoValue>([["Name", source], ["BasePath", basePath]]), dot.type));
  const text = execute(body, dot, environment);
  return { source, file: file.path, template: body.root.source.text, text: withoutNoValue(text), marked: text, marks: environment.marks };
}

function isFunctionOf(version: HelmVersion): (name: string) => boolean {
  const functions = helmFunctions(version);
  return (name) => functions.has(name);
}

function parseAll(ordered: readonly ChartTemplate[], version: HelmVersion, fileOf: FileOf): TemplateSet {
  const isFunction = isFunctionOf(version);
  const set: TemplateSet = new Map();
  for (const { source, file } of ordered) {
    try {
      addTemplates(set, file.parsed<ReadonlyMap<string, Template>>(`template ${version} ${source}`, (text) => parse(source, text, isFunction)).values());
    } catch (error) {
      throw templateFailure(error, source, fileOf);
    }
  }
  return set;
}
