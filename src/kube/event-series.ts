/** The form of a Kubernetes Event (events.k8s.io/v1) and of its repetitions. Does not contact the cluster. */
import { GROUP } from "../api/group.ts";
import type { JsonObject } from "../object/json.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { EventRecorder } from "../ports.ts";

/** What a caller says about an object. */
export type EventContent = Parameters<EventRecorder["record"]>[1];

/** One event and how often it happened; equal content about the same object is the same series. */
export interface EventSeries {
  readonly name: string;
  readonly namespace: string;
  readonly regarding: JsonObject;
  readonly content: EventContent;
  readonly first: Date;
  count: number;
  last: Date;
}

/** Who reports, in every event of ours. */
export const REPORTING_CONTROLLER = `${GROUP}/operator`;
/** Events about cluster-scoped objects live here, as those of Kubernetes itself do. */
const CLUSTER_SCOPE_NAMESPACE = "default";
/** Limits of the API, in bytes of UTF-8. */
const MAX_NOTE = 1024;
const MAX_WORD = 128;
const MAX_NAME_STEM = 200;

/** The first of a series. `suffix` makes the name unique: lower-case letters and digits. */
export function newSeries(about: KubeObject, content: EventContent, now: Date, suffix: string): EventSeries {
  const { name, namespace, uid, resourceVersion } = about.metadata;
  const regarding = { apiVersion: about.apiVersion, kind: about.kind, namespace, name, uid, resourceVersion };
  const stem = name.slice(0, MAX_NAME_STEM).replace(/[^a-z0-9]+$/, "");
  return { name: `${stem}.${suffix}`, namespace: namespace ?? CLUSTER_SCOPE_NAMESPACE, regarding, content, first: now, count: 1, last: now };
}

/** What makes two events the same. */
export function seriesKey(about: KubeObject, content: EventContent): string {
  const { uid = "", namespace = "", name } = about.metadata;
  return JSON.stringify([about.apiVersion, about.kind, namespace, name, uid, content.type, content.reason, content.action, content.message]);
}

/** The Event object of a series as it stands. */
export function eventObject(series: EventSeries, reportingInstance: string): KubeObject {
  const { content, regarding } = series;
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name: series.name, namespace: series.namespace },
    eventTime: microTime(series.first),
    reportingController: REPORTING_CONTROLLER,
    reportingInstance: cut(reportingInstance, MAX_WORD),
    type: content.type,
    reason: cut(content.reason, MAX_WORD),
    action: cut(content.action, MAX_WORD),
    note: cut(content.message, MAX_NOTE),
    regarding,
    ...(series.count > 1 ? seriesPatch(series) : {}),
  };
}

/** The merge patch that brings an Event up to the count of its series (at least two). */
export function seriesPatch(series: EventSeries): JsonObject {
  return { series: { count: series.count, lastObservedTime: microTime(series.last) } };
}

/** RFC 3339 with six digits of a second: what the API takes for a MicroTime. */
function microTime(date: Date): string {
  return date.toISOString().replace("Z", "000Z");
}

function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const mark = "…";
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes - Buffer.byteLength(mark)));
  return `${text.slice(0, read)}${mark}`;
}
