import { describe, expect, test } from "vitest";
import { metricDefinitions } from "../../../../src/server/metric-definitions.ts";
import { metricsPage } from "../../../../src/server/metrics-page.ts";
import { Metrics } from "../../../../src/server/metrics.ts";

async function linesOf(metrics: Metrics, start: string): Promise<string[]> {
  return (await metrics.text()).split("\n").filter((line) => line.startsWith(start));
}

describe("Metrics", () => {
  test("counts by labels", async () => {
    const metrics = new Metrics();
    metrics.count("driftless_objects_total", { action: "created" }, 3);
    metrics.count("driftless_objects_total", { action: "created" });
    metrics.count("driftless_objects_total", { action: "deleted" });
    expect(await linesOf(metrics, "driftless_objects_total")).toEqual(['driftless_objects_total{action="created"} 4', 'driftless_objects_total{action="deleted"} 1']);
  });

  test("takes milliseconds and tells seconds", async () => {
    const metrics = new Metrics();
    metrics.observe("driftless_fetch_duration_seconds", {}, 1500);
    expect(await linesOf(metrics, "driftless_fetch_duration_seconds_sum")).toEqual(["driftless_fetch_duration_seconds_sum 1.5"]);
  });

  test("drops the series of an Application that is gone", async () => {
    const metrics = new Metrics();
    metrics.ready("driftless_application_ready", { namespace: "shop", name: "a" }, true);
    metrics.ready("driftless_application_ready", { namespace: "shop", name: "b" }, false);
    metrics.ready("driftless_application_ready", { namespace: "shop", name: "a" }, undefined);
    expect(await linesOf(metrics, "driftless_application_ready")).toEqual(['driftless_application_ready{namespace="shop",name="b"} 0']);
  });

  test("follows a work queue", async () => {
    const metrics = new Metrics();
    const observer = metrics.observerOf("Application");
    observer.queued?.(3);
    observer.started?.("shop/shop", 20);
    observer.finished?.("shop/shop", { kind: "Failed", error: "no" }, 100, 1000);
    expect([...(await linesOf(metrics, "driftless_queue_depth")), ...(await linesOf(metrics, "driftless_reconciles_total"))]).toEqual([
      'driftless_queue_depth{kind="Application"} 3',
      'driftless_reconciles_total{kind="Application",outcome="failure"} 1',
    ]);
  });

  test("count requests to the API server, and time them unless they are watches", async () => {
    const metrics = new Metrics();
    metrics.request({ method: "PATCH", status: 200, durationMs: 4 });
    metrics.request({ method: "GET", status: 0 });
    expect([...(await linesOf(metrics, "driftless_api_requests_total")), ...(await linesOf(metrics, "driftless_api_request_duration_seconds_count"))]).toEqual([
      'driftless_api_requests_total{method="PATCH",code="200"} 1',
      'driftless_api_requests_total{method="GET",code="0"} 1',
      'driftless_api_request_duration_seconds_count{method="PATCH"} 1',
    ]);
  });

  test("of two operators in one process do not meet", async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    one.count("driftless_fetches_total", { outcome: "success" });
    expect(await linesOf(other, "driftless_fetches_total{")).toEqual([]);
  });

  test("are all in the reference page", () => {
    const page = metricsPage();
    const missing = Object.entries(metricDefinitions).filter(([name, { help }]) => !page.includes(`| \`${name}\` |`) || !page.includes(help));
    expect(missing).toEqual([]);
  });
});
