import type { Capabilities } from "./capabilities.ts";
import type { Prepared } from "./chart/prepare.ts";
import { chartTemplates, inParseOrder, isPartial, type ChartTemplate } from "./chart-scopes.ts";
import type { RenderChart } from "./chart/chart.ts";
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
import { checkWeight, templateWeight } from "./template-weight.ts";
import { lookupQuestion, NOW, OutsideOf } from "./outside.ts";
import { Watch } from "./watch.ts";

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
  const outside = new OutsideOf(input);
  const watch = isWatched(input, version, marked) ? new Watch(outside) : undefined;
  const templates = chartTemplates(chart, values, { version, release: input.release, capabilities, watch });
  const ordered = inParseOrder(templates.values());
  const fileOf: FileOf = (source) => templates.get(source)?.file.path;
  const { set, files } = parseAll(ordered, version, fileOf);
  const shared = sharedBy(outside, version, cache, watch);
  const outputs = watch === undefined ? undefined : cache.outputs.open(keyOf(input, chart), { capabilities: input.capabilities ?? {}, random: input.random, charts: watch.names, templates: files }, watch, shared.budget);
  const { environment } = new RenderScope(shared, set);
  const rendered = ordered.flatMap((template) => {
    const body = isPartial(template.source) ? undefined : set.get(template.source);
    if (body === undefined) return [];
    shared.random = input.random.ofTemplate(template.source);
    const marks: Mark[] | undefined = template.source === marked ? [] : undefined;
    try {
      setTemplate(template);
      const render = (): RenderedTemplate => renderTemplate(template, body, marks === undefined ? environment : { ...environment, marks });
      return [outputs === undefined ? render() : outputs.get(template.source, render)];
    } catch (error) {
      throw templateFailure(error, template.source, fileOf);
    }
  });
  return { rendered, renewAt: outside.renewedAt };
}

/** Outputs are not kept where nothing is, where each question about an API version is to be told, for errors, and for Helm 3, where `.Chart` is no map. */
const isWatched = ({ cache, onApiVersion }: HelmInput, version: HelmVersion, marked: string | undefined): boolean => cache !== undefined && version === "v4" && onApiVersion === undefined && marked === undefined;

/** What is the same for the same chart and release. */
const keyOf = ({ release, clock }: HelmInput, { chart }: RenderChart): string =>
  JSON.stringify([chart.path, release.name, release.namespace, release.revision ?? 1, release.isUpgrade ?? false, clock === undefined]);

function sharedBy(outside: OutsideOf, version: HelmVersion, cache: HelmCache, watch: Watch | undefined): Shared {
  return {
    budget: new RenderBudget(),
    functions: helmFunctions(version),
    now: () => {
      watch?.ask(NOW);
      return outside.now();
    },
    clock: () => {
      watch?.readClock();
      return outside.clock;
    },
    renew: (until, since) => {
      watch?.hold({ since, until });
      outside.renewAt(until);
    },
    changes: watch === undefined ? undefined : (map) => watch.change(map),
    random: () => new Uint8Array(), // each template gets its own
    lookup: (...wanted) => {
      watch?.ask(lookupQuestion(wanted));
      return outside.lookup(...wanted);
    },
    parseText: (text) => cache.texts[version].get(text, (text) => parse(TPL_NAME, text, isFunctionOf(version))),
    within: new Map(),
  };
}

function setTemplate({ source, dot, basePath }: ChartTemplate): void {
  dot.entries.set("Template", new GoMap(new Map<string, GoValue>([["Name", source], ["BasePath", basePath]]), dot.type));
}

function renderTemplate({ source, file, dot }: ChartTemplate, body: Template, environment: Environment): RenderedTemplate {
  const text = execute(body, dot, environment);
  return { source, file: file.path, template: body.root.source.text, text: withoutNoValue(text), marked: text, marks: environment.marks };
}

function isFunctionOf(version: HelmVersion): (name: string) => boolean {
  const functions = helmFunctions(version);
  return (name) => functions.has(name);
}

/** What a file of a chart defines, and what that weighs. */
interface ParsedFile {
  readonly templates: ReadonlyMap<string, Template>;
  readonly weight: number;
}

function parseAll(ordered: readonly ChartTemplate[], version: HelmVersion, fileOf: FileOf): { readonly set: TemplateSet; readonly files: readonly unknown[] } {
  const files: unknown[] = [];
  const isFunction = isFunctionOf(version);
  const set: TemplateSet = new Map();
  let total = 0;
  const read = (source: string, text: string): ParsedFile => {
    const weight = templateWeight(text);
    checkWeight(total + weight);
    return { templates: parse(source, text, isFunction), weight };
  };
  for (const { source, file } of ordered) {
    try {
      const { templates, weight } = file.parsed(`template ${version} ${source}`, (text) => read(source, text));
      total += weight;
      checkWeight(total);
      addTemplates(set, templates.values());
      files.push(source, file.path, templates);
    } catch (error) {
      throw templateFailure(error, source, fileOf);
    }
  }
  return { set, files };
}
