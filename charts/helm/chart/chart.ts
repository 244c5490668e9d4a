import type { GoMap, GoValue } from "../go/value.ts";

/** A file of a chart as it lies in its folder or archive; never changed. Nothing is read before it is asked for. */
export interface ChartFile {
  /** Relative to the chart's own root, with slashes: `templates/_helpers.tpl`. */
  readonly name: string;
  /** Where a person finds it: a path in the artifact, or `charts/redis-1.2.3.tgz!redis/templates/x.yaml`. */
  readonly path: string;
  /** Stands for the content: equal ids, equal bytes. */
  readonly id: string;
  /** The content without a byte order mark. Counts as read. */
  readonly bytes: Uint8Array;
  /** The content as Go text (see go/bytes.ts). Counts as read. */
  readonly text: string;
  /** What `parse` makes of the text, remembered by content as long as the cache has room; counts as read each time. `reader` names the function. The value is shared: never change it. */
  parsed<Value>(reader: string, parse: (text: string) => Value): Value;
}

/** A dependency as Chart.yaml (or the requirements.yaml of apiVersion v1) declares it; what is absent is empty, as Go has it. */
export interface Dependency {
  readonly name: string;
  readonly version: string;
  readonly repository: string;
  readonly condition: string;
  readonly tags: readonly string[];
  readonly enabled: boolean;
  readonly importValues: readonly GoValue[];
  readonly alias: string;
}

/** Who looks after a chart. */
export interface Maintainer {
  readonly name: string;
  readonly email: string;
  readonly url: string;
}

/** Chart.yaml. Fields that are absent are empty, as Go has them. */
export interface ChartMetadata {
  readonly name: string;
  readonly home: string;
  readonly sources: readonly string[];
  readonly version: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly maintainers: readonly Maintainer[];
  readonly icon: string;
  readonly apiVersion: string;
  readonly condition: string;
  readonly tags: string;
  readonly appVersion: string;
  readonly deprecated: boolean;
  /** Undefined where there are none: Go tells a nil map from an empty one. */
  readonly annotations: ReadonlyMap<string, string> | undefined;
  readonly kubeVersion: string;
  readonly dependencies: readonly Dependency[];
  /** Chart.yaml has a list of dependencies, be it empty: only then Helm looks at what the vendored charts declare. */
  readonly declaresDependencies: boolean;
  /** `application`, `library`, or empty. */
  readonly type: string;
}

/** A chart as it was loaded: nothing merged, no condition looked at. Shared between renders, never changed. */
export interface Chart {
  readonly metadata: ChartMetadata;
  /** Folder or archive, as a person finds it. */
  readonly path: string;
  /** values.yaml, or an empty map. Shared: never changed. */
  readonly values: GoMap;
  /** values.schema.json. */
  readonly schema?: ChartFile | undefined;
  /** Files of templates/, in the order of loading. */
  readonly templates: readonly ChartFile[];
  /** All files that are neither templates nor known by name nor of charts/, as `.Files` shows them; those of crds/ among them. */
  readonly files: readonly ChartFile[];
  /** Charts found in charts/, unpacked, by the name of their folder or archive. */
  readonly dependencies: readonly Chart[];
}

/**
 * A chart that takes part in a render: disabled dependencies are gone, aliases are its name, values are imported.
 * See dependencies.ts, which makes it.
 */
export interface RenderChart {
  /** With the alias as name and only the dependencies that are enabled, as `.Chart` shows it. */
  readonly metadata: ChartMetadata;
  /** Helm's own path of the chart, which names its templates: `app/charts/redis`. */
  readonly fullPath: string;
  /** The chart that is rendered as a whole, not a dependency of another. */
  readonly isRoot: boolean;
  /** What was loaded: files, templates, schema. */
  readonly chart: Chart;
  /** Default values with those that were imported. Shared: never changed. */
  readonly values: GoMap;
  readonly dependencies: readonly RenderChart[];
}
