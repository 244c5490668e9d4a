import { combineErrors, ReconcileError } from "../../../src/errors.ts";
import { isJsonObject, type Json } from "../../../src/object/json.ts";
import { parseYaml } from "../../../src/object/yaml.ts";
import type { ChartFile, ChartMetadata, Dependency, Maintainer } from "./chart.ts";
import { GoFields } from "./go-fields.ts";
import { checkMetadata } from "./check-metadata.ts";
import { fromJson } from "../go/json.ts";
import { notText } from "./values-file.ts";
import { sanitize } from "./sanitize.ts";

/** Reads Chart.yaml, and the requirements.yaml of the first chart format, whose fields win. Throws BUILD_FAILED with everything that Helm refuses. */
export function readChartYaml(file: ChartFile, requirements: ChartFile | undefined): ChartMetadata {
  const problems: ReconcileError[] = [];
  const main = fieldsOf(file, problems);
  const extra = requirements === undefined ? undefined : fieldsOf(requirements, problems);
  const metadata = metadataOf(main, extra);
  checkMetadata(metadata, extra?.has("dependencies") === true ? extra : main, main);
  if (problems.length > 0) throw combineErrors("BUILD_FAILED", problems);
  return metadata;
}

/** The fields of a document of a chart; what is wrong with them becomes problems. Throws BUILD_FAILED for one that is no YAML. */
export function fieldsOf(file: ChartFile, problems: ReconcileError[]): GoFields {
  const text = file.text;
  if (!text.isWellFormed()) throw notText(file.path);
  const value: Json = parseYaml(text, file.path)[0]?.value ?? null;
  if (value !== null && !isJsonObject(value)) problems.push(new ReconcileError("BUILD_FAILED", "must be a map", { position: { file: file.path, line: 1 } }));
  return new GoFields(isJsonObject(value) ? value : {}, { file: file.path, text, problems });
}

function metadataOf(main: GoFields, extra: GoFields | undefined): ChartMetadata {
  const of = (field: string): GoFields => (extra?.has(field) === true ? extra : main);
  const clean = (field: string): string => sanitize(of(field).text(field));
  return {
    name: clean("name"),
    home: clean("home"),
    sources: of("sources").texts("sources").map(sanitize),
    version: of("version").text("version"),
    description: clean("description"),
    keywords: of("keywords").texts("keywords").map(sanitize),
    maintainers: of("maintainers").structs("maintainers").map(maintainerOf),
    icon: clean("icon"),
    apiVersion: of("apiVersion").text("apiVersion") || "v1", // as Helm 2 charts have it
    condition: clean("condition"),
    tags: clean("tags"),
    appVersion: clean("appVersion"),
    deprecated: of("deprecated").flag("deprecated"),
    annotations: of("annotations").textMap("annotations"),
    kubeVersion: clean("kubeVersion"),
    dependencies: dependenciesOf(main, extra),
    declaresDependencies: of("dependencies").isGiven("dependencies"),
    type: of("type").text("type"),
  };
}

const maintainerOf = (fields: GoFields): Maintainer => ({ name: sanitize(fields.text("name")), email: sanitize(fields.text("email")), url: sanitize(fields.text("url")) });

/** Where both documents have a list, what the first says of its items holds as long as the second says nothing else of them: Go fills the same memory. */
function dependenciesOf(main: GoFields, extra: GoFields | undefined): readonly Dependency[] {
  const first = main.structs("dependencies");
  if (extra?.isGiven("dependencies") !== true) return extra?.has("dependencies") === true ? [] : first.map((fields) => dependencyOf(fields, undefined));
  return extra.structs("dependencies").map((fields, index) => dependencyOf(fields, first[index]));
}

function dependencyOf(fields: GoFields, before: GoFields | undefined): Dependency {
  const of = (field: string): GoFields => (before === undefined || fields.has(field) ? fields : before);
  return {
    name: sanitize(of("name").text("name")),
    version: sanitize(of("version").text("version")),
    repository: sanitize(of("repository").text("repository")),
    condition: sanitize(of("condition").text("condition")),
    tags: of("tags").texts("tags").map(sanitize),
    enabled: of("enabled").flag("enabled"),
    importValues: of("import-values").list("import-values").map(fromJson),
    alias: of("alias").text("alias"),
  };
}
