import { GoStruct, type StructField } from "../go/struct.ts";
import { GoList, GoMap, type GoValue } from "../go/value.ts";
import type { ChartMetadata, Dependency, Maintainer } from "./chart.ts";
import { copyValue } from "./copy-value.ts";

/** Chart.yaml as templates see it in `.Chart` (Helm 4): a map with Go's field names. New each time. */
export function metadataValue(metadata: ChartMetadata): GoMap {
  const { maintainers, dependencies } = metadata;
  return struct(fieldsOfChart(metadata, {
    texts: (items) => new GoList(items),
    maintainers: new GoList(maintainers.map(maintainerValue)),
    dependencies: new GoList(dependencies.map(dependencyValue)),
  }));
}

/** What the two forms have otherwise. */
interface Lists {
  readonly texts: (items: readonly string[]) => GoList;
  readonly maintainers: GoList;
  readonly dependencies: GoList;
}

/** In Go's order, which a struct keeps. */
const fieldsOfChart = (metadata: ChartMetadata, { texts: list, maintainers, dependencies }: Lists): Readonly<Record<string, GoValue>> => ({
  Name: metadata.name,
  Home: metadata.home,
  Sources: list(metadata.sources),
  Version: metadata.version,
  Description: metadata.description,
  Keywords: list(metadata.keywords),
  Maintainers: maintainers,
  Icon: metadata.icon,
  APIVersion: metadata.apiVersion,
  Condition: metadata.condition,
  Tags: metadata.tags,
  AppVersion: metadata.appVersion,
  Deprecated: metadata.deprecated,
  Annotations: annotationsValue(metadata.annotations),
  KubeVersion: metadata.kubeVersion,
  Dependencies: dependencies,
  Type: metadata.type,
});

const struct = (fields: Readonly<Record<string, GoValue>>): GoMap => new GoMap(new Map(Object.entries(fields)));

const maintainerValue = ({ name, email, url }: Maintainer): GoMap => struct({ Name: name, Email: email, URL: url });

const dependencyValue = (dependency: Dependency): GoMap =>
  struct({
    Name: dependency.name,
    Version: dependency.version,
    Repository: dependency.repository,
    Condition: dependency.condition,
    Tags: new GoList(dependency.tags),
    Enabled: dependency.enabled,
    ImportValues: new GoList(dependency.importValues.map(copyValue)),
    Alias: dependency.alias,
  });

const annotationsValue = (annotations: ReadonlyMap<string, string> | undefined): GoMap => new GoMap(new Map<string, GoValue>(annotations), "map[string]string", annotations === undefined);

/** Chart.yaml as templates see it in `.Chart` of Helm 3: a struct, which has no other names than its fields. */
export function chartStruct(metadata: ChartMetadata, isRoot: boolean): GoStruct {
  const { maintainers, dependencies } = metadata;
  const values = fieldsOfChart(metadata, {
    texts,
    maintainers: structs("chart.Maintainer", maintainers.map(({ name, email, url }) => fieldsOf({ Name: name, Email: email, URL: url }, { URL: "url" }))),
    dependencies: structs("chart.Dependency", dependencies.map(dependencyFields)),
  });
  const fields = fieldsOf(values, { APIVersion: "apiVersion" });
  return new GoStruct("struct { chart.Metadata; IsRoot bool }", [{ name: "IsRoot", value: isRoot }], new GoStruct("chart.Metadata", fields));
}

function dependencyFields(dependency: Dependency): StructField[] {
  const { name, version, repository, condition, tags, enabled, importValues, alias } = dependency;
  const fields = fieldsOf(
    { Name: name, Version: version, Repository: repository, Condition: condition, Tags: texts(tags), Enabled: enabled, ImportValues: new GoList(importValues.map(copyValue)), Alias: alias },
    { ImportValues: "import-values" },
  );
  return fields.map((field) => (field.name === "Name" || field.name === "Repository" ? { ...field, omitsEmpty: false } : field));
}

/** JSON has the names with a small letter, but for those given, and leaves out what is empty. */
const fieldsOf = (values: Readonly<Record<string, GoValue>>, json: Readonly<Record<string, string>> = {}): StructField[] =>
  Object.entries(values).map(([name, value]) => ({ name, value, json: json[name] ?? `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`, omitsEmpty: true }));

const texts = (items: readonly string[]): GoList => new GoList(items, "[]string", items.length === 0);

const structs = (type: string, items: readonly StructField[][]): GoList => new GoList(items.map((fields) => new GoStruct(`*${type}`, fields)), `[]*${type}`, items.length === 0);
