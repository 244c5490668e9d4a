import { describe, expect } from "vitest";
import { configMap } from "../../support/manifests.ts";
import { isDone, operatorRequests, test } from "../../support/operator.ts";
import type { Tenant } from "../../support/tenant.ts";

const valueOf = (shop: Tenant): unknown => (shop.view.get("ConfigMap", "a")?.["data"] as Readonly<Record<string, string>> | undefined)?.["value"]; // a ConfigMap's data
const edit = (shop: Tenant): Promise<string> => shop.kubectl("patch", "configmap/a", "--type=merge", "-p", '{"data":{"value":"mine"}}', "--field-manager=rival");

/** Changes the value back as often as the operator puts it right, until it no longer does. */
async function insist(shop: Tenant): Promise<void> {
  const isFight = (): boolean => shop.condition("Application", "Drifted")?.reason === "FightDetected";
  while (!isFight()) {
    await edit(shop);
    await shop.until("the operator has its way or gives in", () => valueOf(shop) === "one" || isFight());
  }
}

/** Writes to the ConfigMap, by anybody's account, that the operator made. */
async function writes(shop: Tenant): Promise<number> {
  const requests = (await operatorRequests(shop.namespace)).filter(isDone);
  return requests.filter(({ verb, objectRef }) => verb === "patch" && objectRef?.resource === "configmaps" && objectRef.name === "a").length;
}

describe.concurrent("a fight over a field", () => {
  test("is told with who and what, and corrections pause", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "b.yaml": configMap("b") });
    await shop.ready();
    await insist(shop);
    const message = shop.condition("Application", "Drifted")?.message ?? "";
    expect(message).toMatch(/^ConfigMap \S+\/a: rival keeps changing \/data\/value; corrections pause for 1m, until \d\d:\d\d:\d\dZ\. Stop the other writer, or leave the field to it with spec\.drift\.ignore$/);
    expect(shop.report?.status?.findings).toMatchObject([{ path: "/data/value", live: '"mine"', manager: "rival" }]);
    await shop.told("Application", /^FightDetected: ConfigMap \S+\/a: rival keeps changing \/data\/value/);
    const before = await writes(shop);
    expect(before).toBe(1 + 6); // the first apply, and five corrections that are in order and one that is a fight
    await edit(shop);
    await shop.handled("Application");
    expect([await shop.dataOf("a"), await writes(shop)]).toEqual([{ value: "mine" }, before]);
    expect(shop.condition("Application", "Drifted")).toMatchObject({ reason: "FightDetected", message });
    await shop.kubectl("delete", "configmap/b");
    await shop.reverted(({ class: kind }) => kind === "Missing"); // other objects are corrected as before
    const commit = await shop.commit({ "a.yaml": configMap("a", { value: "two" }) });
    await shop.ready(commit);
    expect(await shop.dataOf("a")).toEqual({ value: "two" }); // what the source brings is no correction
  });

  test("ends when the field is left to the other one", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") });
    await shop.ready();
    await insist(shop);
    await shop.respec("Application", { drift: { ignore: [{ paths: ["/data/value"] }] } });
    await shop.until("peace", () => shop.condition("Application", "Drifted")?.status === "False" && shop.report?.status?.total === 0);
    await shop.ready();
    expect(await shop.dataOf("a")).toEqual({ value: "mine" });
  });
});
