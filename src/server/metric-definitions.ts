/** Every metric of ours: the one list from which the registry and its reference page are made. */

/** One metric; `labels` are its only dimensions, each with few values save where the help says so. */
export interface MetricDefinition {
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, in seconds. */
  readonly buckets?: readonly number[];
}

/** From a reconcile that finds nothing to do to one that applies thousands of objects. */
const WORK_SECONDS = [0.001, 0.005, 0.02, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** From an answer out of the API server's cache to its request timeout. */
const REQUEST_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30, 60];

/** From a revert at once to the end of a grace time. */
const REVERT_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 15, 60, 180, 600];

/** Name → definition, in the order of the reference page. */
export const metricDefinitions = {
  driftless_reconciles_total: { type: "counter", help: "Finished reconciles by kind and outcome (success or failure).", labels: ["kind", "outcome"] },
  driftless_reconcile_duration_seconds: { type: "histogram", help: "How long reconciles took.", labels: ["kind"], buckets: WORK_SECONDS },
  driftless_queue_depth: { type: "gauge", help: "Keys that wait for a free worker.", labels: ["kind"] },
  driftless_queue_wait_seconds: { type: "histogram", help: "How long keys waited for a free worker.", labels: ["kind"], buckets: WORK_SECONDS },
  driftless_application_ready: { type: "gauge", help: "1 where the Application is Ready, else 0. One series per Application.", labels: ["namespace", "name"] },
  driftless_source_ready: { type: "gauge", help: "1 where the GitSource is Ready, else 0. One series per GitSource.", labels: ["namespace", "name"] },
  driftless_fetches_total: { type: "counter", help: "Fetches from Git servers by outcome (success or failure); look-ups that found nothing new are not counted.", labels: ["outcome"] },
  driftless_fetch_duration_seconds: { type: "histogram", help: "How long fetches took.", labels: [], buckets: WORK_SECONDS },
  driftless_webhooks_total: { type: "counter", help: "Webhook calls by outcome (accepted, refused: signature wrong, unknown: no such path).", labels: ["outcome"] },
  driftless_objects_total: { type: "counter", help: "Objects that syncs went through, by action (created, configured, adopted, reverted, reasserted, unchanged, deleted, transferred, recreating, failed).", labels: ["action"] },
  driftless_drift_findings_total: { type: "counter", help: "Differences between desired and live that were found, by class, and by who was behind them as far as was known then.", labels: ["class", "actor"] },
  driftless_objects_compared_total: { type: "counter", help: "Desired objects that were compared with what is live, from what is remembered of them or by reading them.", labels: [] },
  driftless_drift_reverts_total: { type: "counter", help: "Differences that were corrected, by class and by who was behind them.", labels: ["class", "actor"] },
  driftless_drift_revert_seconds: { type: "histogram", help: "From the moment a watch told of the change, or a look found it, to the end of the reconcile that undid it; by action (Revert, or RevertAfter with its grace time).", labels: ["action"], buckets: REVERT_SECONDS },
  driftless_drifted_objects: { type: "gauge", help: "Objects that differ now, of each Application that has a DriftReport.", labels: ["namespace", "name"] },
  driftless_drift_findings_live: { type: "gauge", help: "Differences that are live now, by Application, class and actor; at most 24 series per Application, and none where nothing differs.", labels: ["namespace", "name", "class", "actor"] },
  driftless_drift_holds: { type: "gauge", help: "Objects that an annotation asks to leave in peace, of each Application that has a DriftReport.", labels: ["namespace", "name"] },
  driftless_drift_fights: { type: "gauge", help: "Objects that somebody else keeps changing back, by Application and state (BackingOff, Stopped).", labels: ["namespace", "name", "state"] },
  driftless_coverage_objects: { type: "gauge", help: "Objects in the namespaces of an Application with spec.drift.coverage, by state (managed, unmanaged).", labels: ["namespace", "name", "state"] },
  driftless_api_requests_total: { type: "counter", help: "Requests to the API server by HTTP method and status; status 0: no answer.", labels: ["method", "code"] },
  driftless_api_request_duration_seconds: { type: "histogram", help: "How long the API server took to answer; watches are not counted.", labels: ["method"], buckets: REQUEST_SECONDS },
  driftless_watch_restarts_total: { type: "counter", help: "Lists and watches that were interrupted and begun again, by reason (expired, silent, failed).", labels: ["reason"] },
  driftless_build_info: { type: "gauge", help: "Always 1; the label tells the version.", labels: ["version"] },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** Name of a metric of ours. */
export type MetricName = keyof typeof metricDefinitions;
