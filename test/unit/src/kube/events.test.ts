import { describe, expect, test } from "vitest";
import { KubeApiError } from "../../../../src/errors.ts";
import { abortable } from "../../../../src/kube/delay.ts";
import { KubeEventRecorder } from "../../../../src/kube/events.ts";
import type { Json, JsonObject } from "../../../../src/object/json.ts";
import type { KubeObject } from "../../../../src/object/kube-object.ts";
import type { ObjectRef, RequestOptions } from "../../../../src/ports.ts";
import { MemoryLogger } from "../../../support/memory-logger.ts";
import { settle, VirtualClock } from "../../../support/virtual-clock.ts";

/** Takes Events and counts, and fails when told to. */
class EventSink {
  readonly created: KubeObject[] = [];
  readonly patched: [string, JsonObject | readonly Json[]][] = [];
  failures: unknown[] = [];
  gate: Promise<void> | undefined;

  async create(object: KubeObject, { signal }: RequestOptions = {}): Promise<KubeObject> {
    await abortable(this.gate ?? Promise.resolve(), signal);
    if (this.failures.length > 0) throw this.failures.shift();
    this.created.push(object);
    return object;
  }

  async patch(ref: ObjectRef, body: JsonObject | readonly Json[]): Promise<KubeObject> {
    if (this.failures.length > 0) throw this.failures.shift();
    this.patched.push([ref.name, body]);
    return { apiVersion: ref.apiVersion, kind: ref.kind, metadata: { name: ref.name } };
  }
}

const application = (name: string): KubeObject => ({
  apiVersion: "driftless.dev/v1alpha1", kind: "Application", metadata: { name, namespace: "shop", uid: `uid-${name}`, resourceVersion: "7" },
});
const content = { type: "Warning", reason: "ApplyFailed", message: "no", action: "Apply" } as const;

function setUp(): { sink: EventSink; clock: VirtualClock; logger: MemoryLogger; recorder: KubeEventRecorder; stop: AbortController } {
  const sink = new EventSink();
  const clock = new VirtualClock();
  const logger = new MemoryLogger();
  const stop = new AbortController();
  return { sink, clock, logger, stop, recorder: new KubeEventRecorder({ client: sink, clock, logger, random: () => 0.5, instance: "driftless-0", signal: stop.signal }) };
}

describe("the event recorder", () => {
  test("gives up what waits when it is told to stop, even while the server does not answer", async () => {
    const { sink, logger, recorder, stop } = setUp();
    sink.gate = new Promise(() => undefined);
    for (const name of ["a", "b", "c"]) recorder.record(application(name), content);
    const flushed = recorder.flush();
    stop.abort(new Error("stopping"));
    await flushed;
    expect(sink.created).toEqual([]);
    expect(logger.lines.map(({ message, fields }) => [message, fields["events"] ?? fields["cause"]])).toEqual([["event not written", "stopping"], ["events given up", 2]]);
  });

  test("writes an Event in the namespace of the object it is about", async () => {
    const { sink, recorder } = setUp();
    recorder.record(application("cart"), content);
    await recorder.flush();
    expect(sink.created).toMatchObject([
      {
        apiVersion: "events.k8s.io/v1", kind: "Event", metadata: { namespace: "shop" }, eventTime: "2026-01-01T00:00:00.000000Z",
        reportingController: "driftless.dev/operator", reportingInstance: "driftless-0", type: "Warning", reason: "ApplyFailed", action: "Apply", note: "no",
        regarding: { apiVersion: "driftless.dev/v1alpha1", kind: "Application", namespace: "shop", name: "cart", uid: "uid-cart" },
      },
    ]);
    expect(sink.created[0]?.metadata.name).toMatch(/^cart\.[a-z0-9]+$/);
    expect(sink.created[0]).not.toHaveProperty("series");
  });

  test("puts Events about cluster-scoped objects into the default namespace", async () => {
    const { sink, recorder } = setUp();
    recorder.record({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } }, content);
    await recorder.flush();
    expect(sink.created[0]?.metadata.namespace).toBe("default");
  });

  test("counts equal content up instead of writing it again, at most every ten seconds", async () => {
    const { sink, clock, recorder } = setUp();
    for (let index = 0; index < 5; index += 1) recorder.record(application("cart"), content);
    await settle();
    recorder.record(application("cart"), content);
    recorder.record(application("cart"), content);
    await clock.advance(9_999);
    expect(sink.patched).toEqual([]);
    await clock.advance(1);
    expect(sink.created).toHaveLength(1);
    expect(sink.patched).toEqual([[sink.created[0]?.metadata.name, { series: { count: 7, lastObservedTime: "2026-01-01T00:00:00.000000Z" } }]]);
  });

  test("keeps different content and different objects apart", async () => {
    const { sink, recorder } = setUp();
    recorder.record(application("cart"), content);
    recorder.record(application("cart"), { ...content, message: "other" });
    recorder.record(application("pay"), content);
    await recorder.flush();
    expect(sink.created.map((event) => event["note"])).toEqual(["no", "other", "no"]);
  });

  test("begins a new Event ten minutes after the last one of its kind", async () => {
    const { sink, clock, recorder } = setUp();
    recorder.record(application("cart"), content);
    await clock.advance(10 * 60_000);
    recorder.record(application("cart"), content);
    await recorder.flush();
    expect(sink.created).toHaveLength(2);
    expect(sink.patched).toEqual([]);
  });

  test("flush writes counts that still wait for their time", async () => {
    const { sink, clock, recorder } = setUp();
    recorder.record(application("cart"), content);
    await settle();
    recorder.record(application("cart"), content);
    await recorder.flush();
    expect(sink.patched).toMatchObject([[expect.anything(), { series: { count: 2 } }]]);
    expect(clock.pending).toBe(0);
  });

  test("writes the Event anew, with its count, when it is gone from the cluster", async () => {
    const { sink, recorder } = setUp();
    recorder.record(application("cart"), content);
    await settle();
    sink.failures = [new KubeApiError(404, "NotFound", "gone")];
    recorder.record(application("cart"), content);
    await recorder.flush();
    expect(sink.created.map((event) => event["series"])).toMatchObject([undefined, { count: 2 }]);
  });

  test("logs a lost Event and goes on with the next", async () => {
    const { sink, logger, recorder } = setUp();
    sink.failures = [new KubeApiError(403, "Forbidden", "namespace is terminating")];
    recorder.record(application("cart"), content);
    recorder.record(application("pay"), content);
    await recorder.flush();
    expect(sink.created).toHaveLength(1);
    expect(logger.lines).toEqual([{ level: "warn", message: "event not written", fields: { reason: "ApplyFailed", cause: "namespace is terminating" } }]);
  });

  test("lets one object write a burst and then one in ten seconds", async () => {
    const { sink, clock, recorder } = setUp();
    const record = (count: number, from: number): void => {
      for (let index = 0; index < count; index += 1) recorder.record(application("cart"), { ...content, message: `m${from + index}` });
    };
    record(40, 0);
    await recorder.flush();
    expect(sink.created).toHaveLength(25);
    await clock.advance(10_000);
    record(3, 100);
    await recorder.flush();
    expect(sink.created).toHaveLength(26);
  });

  test("holds a bounded number of Events while the server does not answer", async () => {
    const { sink, logger, recorder } = setUp();
    const gate = Promise.withResolvers<void>();
    sink.gate = gate.promise;
    for (let index = 0; index < 1_000; index += 1) recorder.record(application(`app-${index}`), content);
    expect(logger.lines.length).toBeGreaterThan(400);
    gate.resolve();
    await recorder.flush();
    expect(sink.created.length + logger.lines.length).toBe(1_000);
  });

  test("cuts what is longer than the API allows", async () => {
    const { sink, recorder } = setUp();
    recorder.record(application("x".repeat(253)), { ...content, message: "ü😀".repeat(5_000) });
    await recorder.flush();
    const [event] = sink.created;
    expect(event?.metadata.name.length).toBeLessThanOrEqual(253);
    expect(String(event?.["note"])).toMatch(/^(ü😀)+ü?…$/u);
    expect(Buffer.byteLength(String(event?.["note"]))).toBeLessThanOrEqual(1024);
  });
});
