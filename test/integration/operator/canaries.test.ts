import { describe, expect } from "vitest";
import { leakingObjects } from "../../support/canaries.ts";
import { configMap, secret } from "../../support/manifests.ts";
import { test } from "../../support/operator.ts";
import { CANARY } from "../../support/status-linter.ts";
import type { Tenant } from "../../support/tenant.ts";

/** Every test looks for canaries when it ends (support/operator.ts): these lead values of Secrets past all that tells anything. */
const change = (shop: Tenant, value: string): Promise<string> => shop.kubectl("patch", "secret/login", "--type=merge", "-p", JSON.stringify({ stringData: { password: `${CANARY}-${value}` } }));

describe.concurrent("values of Secrets are told nowhere", () => {
  test("when they drift, in all modes, and when it is a fight", async ({ tenant }) => {
    const shop = await tenant({ "login.yaml": secret("login"), "b.yaml": configMap("b") }, { app: { drift: { mode: "Report" } } });
    await shop.ready();
    await change(shop, "reported");
    await shop.until("it is told", () => shop.report?.status?.total === 1);
    expect(JSON.stringify(shop.report?.status?.findings)).toContain("secret value");
    await shop.respec("Application", { drift: { mode: "Revert" } });
    await shop.until("it is put back", () => shop.report?.status?.revertedTotal === 1);
    for (let round = 0; shop.condition("Application", "Drifted")?.reason !== "FightDetected"; round += 1) {
      const before = shop.report?.status?.revertedTotal;
      await change(shop, `round-${round}`);
      await shop.until("it is put back, or the operator gives in", () => shop.report?.status?.revertedTotal !== before || shop.condition("Application", "Drifted")?.reason === "FightDetected");
    }
    await shop.told("Application", /^FightDetected: Secret/);
  });

  test("when they wait for approval, when they are applied, and when the next commit is broken", async ({ tenant }) => {
    const shop = await tenant({ "login.yaml": secret("login") }, { app: { sync: { approval: "Manual" } } });
    await shop.paste(await shop.saying("Application", "Ready", "AwaitingApproval"), "kubectl patch");
    await shop.ready();
    await shop.commit({ "login.yaml": secret("login", `${CANARY}-two`) });
    await shop.paste(await shop.saying("Application", "Ready", "AwaitingApproval"), "kubectl patch");
    await shop.ready();
    await shop.commit({ "login.yaml": `apiVersion: v1\nkind: Secret\nmetadata: {name: login}\nstringData:\n  password: ${CANARY}\n  password: ${CANARY}: twice\n` });
    await shop.saying("Application", "Ready", "BuildFailed");
    await change(shop, "while broken");
    await shop.handled("Application");
  });

  test("when the API server refuses them, and says so with the value", async ({ tenant }) => {
    const shop = await tenant({
      "type.yaml": { ...secret("typed"), type: "kubernetes.io/tls" },
      "key.yaml": { apiVersion: "v1", kind: "Secret", metadata: { name: "keyed" }, stringData: { [`${CANARY}/key`]: CANARY } },
      "data.yaml": { apiVersion: "v1", kind: "Secret", metadata: { name: "coded" }, data: { password: `!${CANARY}` } },
    });
    expect(await shop.saying("Application", "Ready", "ApplyFailed")).toContain("data.yaml:1");
    await shop.told("Application", /^ApplyFailed: /);
    expect(await leakingObjects(shop.cluster, shop.namespace)).toEqual([]);
  });
});
