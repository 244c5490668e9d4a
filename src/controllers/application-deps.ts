import type { Application } from "../api/application.ts";
import type { GitSource } from "../api/git-source.ts";
import type { ClusterClient, Clock, EventRecorder, Logger } from "../ports.ts";
import type { Metrics } from "../server/metrics.ts";
import type { Artifacts } from "./artifacts.ts";
import type { ChartValueStore } from "./chart-values-store.ts";
import type { CoverageKeeper } from "./coverage.ts";
import type { DriftRecorder } from "./drift-recorder.ts";
import type { HelmRecords } from "./helm-records.ts";
import type { LastGoodStore } from "./last-good-store.ts";
import type { MemberStore } from "./member-store.ts";
import type { Releases } from "./releases.ts";
import type { RenderNeeds } from "./render-needs.ts";
import type { Renders } from "./renders.ts";
import type { ResourceName, ResourceStore } from "./resource-store.ts";
import type { VariableStore } from "./variables.ts";
import type { Watches } from "./watches.ts";

/** What the Application controller needs from its surroundings. */
export interface ApplicationDeps {
  readonly cluster: ClusterClient;
  readonly applications: Pick<ResourceStore<Application>, "get" | "note" | "values">;
  readonly sources: Pick<ResourceStore<GitSource>, "get">;
  readonly artifacts: Artifacts;
  readonly renders: Renders;
  readonly variables: VariableStore;
  readonly chartValues: ChartValueStore;
  /** What random values of charts are derived from. */
  readonly randomSecret: Uint8Array;
  readonly needs: RenderNeeds;
  readonly members: MemberStore;
  readonly watches: Watches;
  readonly drift: DriftRecorder;
  readonly coverage: CoverageKeeper;
  readonly releases: Releases;
  readonly lastGood: LastGoodStore;
  readonly helmRecords: HelmRecords;
  readonly events: EventRecorder;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly installation: string;
  /** The operator's own namespace. */
  readonly operatorNamespace: string;
  /** Account of Applications that name none. */
  readonly defaultAccount: string;
  /** Applications may depend on Applications of other namespaces. */
  readonly crossNamespace: boolean;
  /** Has an Application looked at now. */
  readonly wake: (name: ResourceName) => void;
  /** Has the Applications looked at that depend on this one. */
  readonly wakeDependants: (name: ResourceName) => void;
}
