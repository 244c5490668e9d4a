import { GoList, GoMap, type GoValue } from "../go/value.ts";
import type { ChartMetadata, Dependency, Maintainer } from "./chart.ts";
import { copyValue } from "./copy-value.ts";

/** Chart.yaml as templates see it in `.Chart` (Helm 4): a map with Go's field names. New each time. */
export function metadataValue(metadata: ChartMetadata): GoMap {
  return struct({
    Name: metadata.name,
    Home: metadata.home,
    Sources: new GoList(metadata.sources),
    Version: metadata.version,
    Description: metadata.description,
    Keywords: new GoList(metadata.keywords),
    Maintainers: new GoList(metadata.maintainers.map(maintainerValue)),
    Icon: metadata.icon,
    APIVersion: metadata.apiVersion,
    Condition: metadata.condition,
    Tags: metadata.tags,
    AppVersion: metadata.appVersion,
    Deprecated: metadata.deprecated,
    Annotations: annotationsValue(metadata.annotations),
    KubeVersion: metadata.kubeVersion,
    Dependencies: new GoList(metadata.dependencies.map(dependencyValue)),
    Type: metadata.type,
  });
}

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
