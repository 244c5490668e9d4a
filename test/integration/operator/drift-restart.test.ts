import { afterAll, beforeAll, expect, test } from "vitest";
import { DRIFT_HOLD_ANNOTATION } from "../../../src/api/group.ts";
import { configMap } from "../../support/manifests.ts";
import type { OperatorChild } from "../../support/operator-child.ts";
import type { OwnPlane } from "../../support/own-plane.ts";
import { startOwnPlane } from "../../support/own-plane.ts";
import type { Tenant } from "../../support/tenant.ts";

/** The operator is killed: that is not for the one that all tests share. */
const stack = new AsyncDisposableStack();
let plane: OwnPlane;

beforeAll(async () => {
  plane = await startOwnPlane(stack);
});
afterAll(() => stack.disposeAsync());

const put = (shop: Tenant, name: string, value: string, manager = "kubectl-edit"): Promise<string> => shop.kubectl("patch", `configmap/${name}`, "--type=merge", "-p", JSON.stringify({ data: { value } }), `--field-manager=${manager}`);
const valueOf = (shop: Tenant, name: string): unknown => (shop.view.get("ConfigMap", name)?.["data"] as Readonly<Record<string, string>> | undefined)?.["value"]; // a ConfigMap's data

async function kill(operator: OperatorChild): Promise<void> {
  operator.process.kill("SIGKILL");
  await operator.ended;
}

test("grace times, holds and fights go on over a restart where they were", async () => {
  const first = await plane.operator();
  const rules = [{ target: { name: "grace" }, action: "RevertAfter" as const, after: "20s" }];
  const shop = await plane.shop({ "grace.yaml": configMap("grace"), "held.yaml": configMap("held"), "fought.yaml": configMap("fought") }, { app: { drift: { rules } } });
  await shop.ready();
  const isFight = (): boolean => shop.condition("Application", "Drifted")?.reason === "FightDetected";
  while (!isFight()) {
    await put(shop, "fought", "mine", "rival");
    await shop.until("the operator has its way or gives in", () => valueOf(shop, "fought") === "one" || isFight());
  }
  await shop.kubectl("annotate", "configmap/held", `${DRIFT_HOLD_ANNOTATION}=1h`);
  await put(shop, "held", "by hand");
  await put(shop, "grace", "by hand");
  await shop.until("all three are told", () => shop.report?.status?.total === 3 && shop.report.status.fights?.length === 1 && shop.report.status.holds?.length === 1);
  const before = shop.report?.status;
  await kill(first);

  // An hour of pauses later, as far as the report tells.
  const [{ until: _until, ...fight } = { until: undefined }] = before?.fights ?? [];
  await shop.kubectl("patch", "driftreport/app", "--subresource=status", "--type=merge", "-p", JSON.stringify({ status: { fights: [{ ...fight, state: "Stopped", rounds: 6 }] } }));
  await put(shop, "fought", "still mine", "rival");
  await plane.operator();
  await shop.until("it is looked at", () => /corrections have ended after 6 pauses/.test(shop.condition("Application", "Drifted")?.message ?? ""));
  const find = (name: string) => before?.findings?.find(({ object }) => object.endsWith(`/${name}`));
  await shop.until("the end of the grace time", () => valueOf(shop, "grace") === "one");
  const reverted = await shop.reverted(({ object }) => object.endsWith("/grace"));
  expect(reverted).toMatchObject({ detectedAt: find("grace")?.detectedAt, revertAt: find("grace")?.revertAt });
  expect(Date.parse(reverted.revertedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(find("grace")?.revertAt ?? ""));
  expect([valueOf(shop, "held"), valueOf(shop, "fought")]).toEqual(["by hand", "still mine"]);
  expect(shop.report?.status).toMatchObject({ holds: before?.holds, fights: [{ managers: ["rival"], fields: ["/data/value"], state: "Stopped" }] });

  await shop.request("Application");
  await shop.until("it is tried once more, as somebody has asked", () => valueOf(shop, "fought") === "one");
}, 120_000);
