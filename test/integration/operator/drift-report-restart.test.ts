import { afterAll, beforeAll, expect, test } from "vitest";
import { API_VERSION } from "../../../src/api/group.ts";
import { configMap } from "../../support/manifests.ts";
import type { OwnPlane } from "../../support/own-plane.ts";
import { startOwnPlane } from "../../support/own-plane.ts";

/** The operator is killed: that is not for the one that all tests share. */
const stack = new AsyncDisposableStack();
let plane: OwnPlane;

beforeAll(async () => {
  plane = await startOwnPlane(stack);
});
afterAll(() => stack.disposeAsync());

const EDIT = JSON.stringify({ data: { value: "by hand" } });

test("an operator that starts anew goes on with the times and counts of the one before, and takes back what is over", async () => {
  const first = await plane.operator();
  const shop = await plane.shop({ "a.yaml": configMap("a"), "b.yaml": configMap("b") }, { app: { drift: { mode: "Report" } } });
  await shop.ready();
  for (const name of ["a", "b"]) await shop.kubectl("patch", `configmap/${name}`, "--type=merge", "-p", EDIT);
  await shop.until("both are told", () => shop.report?.status?.total === 2);
  const before = shop.report?.status;
  first.process.kill("SIGKILL");
  await first.ended;
  await shop.kubectl("patch", "configmap/b", "--type=merge", "-p", JSON.stringify({ data: { value: "one" } }));

  await plane.operator();
  await shop.until("one is over", () => shop.report?.status?.total === 1);
  await shop.handled("Application");
  const [a] = before?.findings ?? [];
  expect(shop.report?.status).toMatchObject({ findings: [{ object: a?.object, detectedAt: a?.detectedAt }], foundTotal: 2, revertedTotal: 0, byActor: before?.byActor, byField: before?.byField });

  await shop.cluster.client.delete({ apiVersion: API_VERSION, kind: "DriftReport", namespace: shop.namespace, name: "app" }, { propagationPolicy: "Background" });
  await shop.respec("Application", { drift: { mode: "Revert" } });
  await shop.until("it is put back, and told in a report that is there again", () => shop.report?.status?.revertedTotal === 1 && shop.report.status.total === 0);
  expect(shop.report?.status).toMatchObject({ foundTotal: 2, reverted: [{ object: a?.object, detectedAt: a?.detectedAt }] });
}, 90_000);
