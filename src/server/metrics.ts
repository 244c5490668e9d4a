import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { NamespacedName } from "../api/meta.ts";
import { TOOL_VERSION } from "../api/group.ts";
import type { WorkObserver } from "../controllers/work-queue.ts";
import { metricDefinitions } from "./metric-definitions.ts";
import type { MetricDefinition, MetricName } from "./metric-definitions.ts";

type NamesOf<Type> = { [Name in MetricName]: (typeof metricDefinitions)[Name]["type"] extends Type ? Name : never }[MetricName];
type LabelsOf<Name extends MetricName> = Readonly<Record<(typeof metricDefinitions)[Name]["labels"][number], string>>;

/** One series of a gauge. */
export interface Row<Name extends NamesOf<"gauge">> {
  readonly labels: LabelsOf<Name>;
  readonly value: number;
}

/** What is counted of a request to the API server. */
export interface ApiAnswer {
  readonly method: string;
  readonly status: number;
  readonly durationMs?: number | undefined;
}

/** The metrics of one operator; several in one process do not meet. Names and labels are checked by the compiler. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #metrics = new Map<string, Counter | Gauge | Histogram>();
  /** By gauge and object: the labels that it has. */
  readonly #series = new Map<string, readonly Readonly<Record<string, string>>[]>();

  constructor() {
    for (const [name, definition] of Object.entries(metricDefinitions)) this.#metrics.set(name, this.#create(name, definition));
    this.set("driftless_build_info", { version: TOOL_VERSION }, 1);
  }

  /** Adds CPU, memory and event-loop metrics of the process. Called once, by the operator: they watch the event loop. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.#registry });
  }

  /** Adds to a counter. */
  count<Name extends NamesOf<"counter">>(name: Name, labels: LabelsOf<Name>, by = 1): void {
    (this.#metrics.get(name) as Counter).inc(labels, by); // made from the same definition
  }

  /** Sets a gauge. */
  set<Name extends NamesOf<"gauge">>(name: Name, labels: LabelsOf<Name>, value: number): void {
    (this.#metrics.get(name) as Gauge).set(labels, value); // made from the same definition
  }

  /** Adds a duration to a histogram. */
  observe<Name extends NamesOf<"histogram">>(name: Name, labels: LabelsOf<Name>, milliseconds: number): void {
    (this.#metrics.get(name) as Histogram).observe(labels, milliseconds / 1000); // made from the same definition
  }

  /** Whether an object is Ready; undefined removes its series, for an object that is gone. */
  ready(name: "driftless_application_ready" | "driftless_source_ready", object: NamespacedName, ready: boolean | undefined): void {
    const labels = { namespace: object.namespace, name: object.name };
    if (ready === undefined) this.#metrics.get(name)?.remove(labels);
    else this.set(name, labels, ready ? 1 : 0);
  }

  /** All series of one object in a gauge, in the place of those that it had; none for an object that is gone. */
  series<Name extends NamesOf<"gauge">>(name: Name, { namespace, name: object }: NamespacedName, rows: readonly Row<Name>[]): void {
    const key = `${name} ${namespace}/${object}`;
    for (const labels of this.#series.get(key) ?? []) this.#metrics.get(name)?.remove(labels);
    for (const { labels, value } of rows) this.set(name, labels, value);
    if (rows.length === 0) this.#series.delete(key);
    else this.#series.set(key, rows.map(({ labels }) => labels));
  }

  /** An answer of the API server, or status 0 for none; `durationMs` undefined for a watch, which lasts as long as it likes. */
  request({ method, status, durationMs }: ApiAnswer): void {
    this.count("driftless_api_requests_total", { method, code: String(status) });
    if (durationMs !== undefined) this.observe("driftless_api_request_duration_seconds", { method }, durationMs);
  }

  /** Feeds a work queue's metrics; `kind` is what it works on. */
  observerOf(kind: string): WorkObserver {
    return {
      queued: (depth) => this.set("driftless_queue_depth", { kind }, depth),
      started: (_key, waitedMs) => this.observe("driftless_queue_wait_seconds", { kind }, waitedMs),
      finished: (_key, result, durationMs) => {
        this.count("driftless_reconciles_total", { kind, outcome: result.kind === "Done" ? "success" : "failure" });
        this.observe("driftless_reconcile_duration_seconds", { kind }, durationMs);
      },
    };
  }

  /** The text that Prometheus scrapes. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** Its Content-Type. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  #create(name: string, { type, help, labels, buckets = [] }: MetricDefinition): Counter | Gauge | Histogram {
    const common = { name, help, labelNames: [...labels], registers: [this.#registry] };
    switch (type) {
      case "counter":
        return new Counter(common);
      case "gauge":
        return new Gauge(common);
      case "histogram":
        return new Histogram({ ...common, buckets: [...buckets] });
    }
  }
}
