import type { Json, JsonObject } from "../../../src/object/json.ts";

/** A file of a chart as it lies in its folder or archive; never changed. */
export interface ChartFile {
  /** Relative to the chart's own root, with slashes: `templates/_helpers.tpl`. */
  readonly name: string;
  /** Where a person finds it: a path in the artifact, or `charts/redis-1.2.3.tgz!/redis/templates/x.yaml`. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Stands for the content: equal ids, equal bytes. */
  readonly id: string;
}

/** A dependency as Chart.yaml (or the requirements.yaml of apiVersion v1) declares it. */
export interface Dependency {
  readonly name: string;
  readonly version: string;
  readonly repository: string;
  readonly condition: string;
  readonly tags: readonly string[];
  readonly alias: string;
  readonly importValues: readonly Json[];
}

/** Chart.yaml. Fields that are absent are empty, as Go has them. */
export interface ChartMetadata {
  readonly apiVersion: string;
  readonly name: string;
  readonly version: string;
  readonly kubeVersion: string;
  readonly appVersion: string;
  readonly type: string;
  readonly dependencies: readonly Dependency[];
  /** All of Chart.yaml as read, for `.Chart`. */
  readonly document: JsonObject;
}

/** A chart as it was loaded: nothing merged, no condition looked at. Shared between renders, never changed. */
export interface Chart {
  readonly metadata: ChartMetadata;
  /** Folder or archive, as a person finds it. */
  readonly path: string;
  /** values.yaml, or an empty map. */
  readonly values: JsonObject;
  /** values.schema.json. */
  readonly schema?: ChartFile | undefined;
  /** Files of templates/, in the order of loading. */
  readonly templates: readonly ChartFile[];
  /** Files of crds/. */
  readonly crds: readonly ChartFile[];
  /** All other files, as `.Files` shows them. */
  readonly files: readonly ChartFile[];
  /** Charts found in charts/, unpacked. */
  readonly dependencies: readonly Chart[];
}
