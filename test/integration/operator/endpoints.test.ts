import { expect } from "vitest";
import type { JsonObject } from "../../../src/object/json.ts";
import { pollUntil } from "../../../src/sandbox/poll.ts";
import { configMap } from "../../support/manifests.ts";
import { operatorLog, sharedOperator, test } from "../../support/operator.ts";

test("the operator answers probes and tells metrics of what it did", async ({ tenant }) => {
  const shop = await tenant({ "a.yaml": configMap("a") });
  await shop.ready();
  const { httpUrl } = await sharedOperator();
  for (const path of ["/healthz", "/readyz"]) {
    const answer = await fetch(`${httpUrl}${path}`);
    expect([answer.status, await answer.text()]).toEqual([200, "ok\n"]);
  }
  const metrics = await (await fetch(`${httpUrl}/metrics`)).text();
  expect(metrics).toContain(`driftless_application_ready{namespace="${shop.namespace}",name="app"} 1`);
  expect(metrics).toContain(`driftless_source_ready{namespace="${shop.namespace}",name="app"} 1`);
  expect(metrics).toMatch(/driftless_reconciles_total\{kind="Application",outcome="success"\} [1-9]/);
  expect(metrics).toMatch(/driftless_objects_total\{action="created"\} [1-9]/);
  expect(metrics).toMatch(/driftless_api_requests_total\{method="PATCH",code="201"\} [1-9]/);
});

test("every log line is JSON with level, time and message, and those of one reconcile carry one id", async ({ tenant }) => {
  const shop = await tenant({ "a.yaml": configMap("a") });
  await shop.ready();
  const isApplied = ({ message, application }: JsonObject): boolean => message === "applied" && application === `${shop.namespace}/app`;
  await pollUntil({ what: "the line is in the file", deadlineMs: 10_000, probe: async () => (await operatorLog()).some(isApplied) });
  const log = await operatorLog();
  expect(log.filter(({ level, time, message }) => typeof level !== "string" || typeof time !== "string" || Number.isNaN(Date.parse(time)) || typeof message !== "string")).toEqual([]);
  const ours = log.filter(({ application }) => application === `${shop.namespace}/app`);
  const applied = log.find(isApplied);
  expect(applied).toMatchObject({ changes: 1, failures: 0, durationMs: expect.any(Number) as number });
  const together = ours.filter(({ reconcileID }) => reconcileID === applied?.["reconcileID"]).map(({ message }) => message);
  expect(together).toEqual(expect.arrayContaining(["planned", "applied"]));
});
