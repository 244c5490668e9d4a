import { combineErrors, messageOf, ReconcileError } from "../../../src/errors.ts";
import { locateField } from "../../../src/object/yaml.ts";
import { GoMap, type GoValue } from "../go/value.ts";
import type { ChartFile, RenderChart } from "./chart.ts";
import { SchemaError } from "./schema-index.ts";
import { placeText, type Place } from "./schema-place.ts";
import { readSchema, type Schema } from "./schema-rules.ts";
import { Run, type Violation } from "./schema-run.ts";

/** Violations of one chart that are told. */
const MAX_TOLD = 100;

/** Holds coalesced values against values.schema.json of the chart and its dependencies. Throws BUILD_FAILED with every violation, LIMIT_EXCEEDED. */
export function checkSchemas(chart: RenderChart, values: GoMap, warnings: string[]): void {
  const problems: ReconcileError[] = [];
  checkChart(chart, values, undefined, { run: new Run(), problems, warnings });
  if (problems.length > 0) throw combineErrors("BUILD_FAILED", problems);
}

interface Checking {
  readonly run: Run;
  readonly problems: ReconcileError[];
  readonly warnings: string[];
}

function checkChart(chart: RenderChart, values: GoMap, place: Place | undefined, checking: Checking): void {
  const { schema } = chart.chart;
  if (schema !== undefined) checkOne(schema, values, place, checking);
  for (const dependency of chart.dependencies) {
    const { name } = dependency.metadata;
    const below: GoValue = values.entries.get(name) ?? null;
    if (below instanceof GoMap) checkChart(dependency, below, { parent: place, key: name }, checking);
  }
}

function checkOne(file: ChartFile, values: GoMap, place: Place | undefined, { run, problems, warnings }: Checking): void {
  const schema = read(file, problems);
  if (schema === undefined) return;
  for (const ref of schema.unresolved) warnings.push(`${file.path}: $ref "${ref}" is not fetched; what it names is not checked`);
  run.violations = [];
  run.file = file.path;
  run.check(schema.rules, values, place, undefined);
  const told = run.violations.slice(0, MAX_TOLD);
  for (const violation of told) problems.push(new ReconcileError("BUILD_FAILED", tell(violation), { position: { file: file.path } }));
  if (run.violations.length > MAX_TOLD) problems.push(new ReconcileError("BUILD_FAILED", `and ${run.violations.length - MAX_TOLD} more violations`, { position: { file: file.path } }));
}

const tell = ({ place, message, rule }: Violation): string => `values do not meet the schema: ${placeText(place)} ${message} (rule ${rule || "/"})`;

function read(file: ChartFile, problems: ReconcileError[]): Schema | undefined {
  try {
    return file.parsed("schema", readSchema);
  } catch (error) {
    if (!(error instanceof SchemaError) && !(error instanceof SyntaxError)) throw error;
    const place = error instanceof SchemaError ? locateRule(file.text, error.rule) : undefined;
    const what = error instanceof SchemaError ? `the schema cannot be used: ${error.rule === "" ? "it" : error.rule}: ${error.message}` : `is no JSON: ${messageOf(error)}`;
    problems.push(new ReconcileError("BUILD_FAILED", what, { position: { file: file.path, ...(place === undefined ? {} : { line: place }) }, cause: error }));
    return undefined;
  }
}

function locateRule(text: string, rule: string): number | undefined {
  const path = rule.split("/").slice(1).map((step) => (/^\d+$/.test(step) ? Number(step) : step.replaceAll("~1", "/").replaceAll("~0", "~")));
  return path.length === 0 ? undefined : locateField(text, 0, path)?.line;
}
