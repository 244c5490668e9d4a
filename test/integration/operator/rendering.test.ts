import { describe, expect } from "vitest";
import { sharedControlPlane } from "../../support/control-plane.ts";
import { configMap, deployment, secret } from "../../support/manifests.ts";
import { operatorRequests, test } from "../../support/operator.ts";
import { driftless } from "../../support/run-cli.ts";
import { CANARY, leaks } from "../../support/status-linter.ts";
import type { Tenant } from "../../support/tenant.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";

const plan = (shop: Tenant): ReturnType<typeof driftless> => driftless("plan", "app", "-n", shop.namespace, "--kubeconfig", sharedControlPlane().kubeconfigPath);
const place = (object: KubeObject) => async (shop: Tenant): Promise<void> => void (await shop.apply({ ...object, metadata: { ...object.metadata, namespace: shop.namespace } }));
const settings = (data: Readonly<Record<string, string>>): KubeObject => ({ ...configMap("settings"), data });
const patch = (shop: Tenant, target: string, change: object): Promise<string> => shop.kubectl("patch", target, "--type=merge", "-p", JSON.stringify(change));
const viewed = (shop: Tenant, name: string): unknown => shop.view.get("ConfigMap", name)?.["data"];
const dsn = (value: string): object => ({ data: { dsn: value }, metadata: { annotations: { "example.com/dsn": value } } });
const FROM_SETTINGS = { from: [{ kind: "ConfigMap", name: "settings" }] } as const;
const FROM_LOGIN = { from: [{ kind: "Secret", name: "login" }] } as const;

describe.concurrent("the Application's own layer", () => {
  test("is put over what the path builds, and a change of it is applied", async ({ tenant }) => {
    const overlay = { namePrefix: "eu-", images: [{ name: "registry.example.com/main", newTag: "9" }], replicas: [{ name: "web", count: 2 }], commonMetadata: { labels: { region: "eu" } } };
    const shop = await tenant({ "web.yaml": deployment("web", 1, { image: "registry.example.com/main:1" }), "a.yaml": configMap("a") }, { app: { render: { kustomize: overlay } } });
    await shop.ready();
    const live = await shop.live("apps/v1", "Deployment", "eu-web");
    expect(live).toMatchObject({ metadata: { labels: { region: "eu" } }, spec: { replicas: 2, template: { spec: { containers: [{ image: "registry.example.com/main:9" }] } } } });
    expect(await shop.dataOf("a")).toBeUndefined();
    await shop.respec("Application", { render: { kustomize: { namePrefix: "us-" } } });
    await shop.until("the other name is live", () => viewed(shop, "us-a") !== undefined && viewed(shop, "eu-a") === undefined);
    await shop.ready();
  });

  test("is told with its field where it does not fit, and nothing is deleted", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") });
    await shop.ready();
    await shop.respec("Application", { render: { kustomize: { patches: [{ target: { kind: "ConfigMap" }, patch: '[{"op": "remove", "path": "/spec/none"}]' }] } } });
    expect(await shop.saying("Application", "Ready", "BuildFailed")).toMatch(/^spec\.render\.kustomize\.patches\[0\]: /);
    expect(await shop.dataOf("a")).toBeDefined();
  });
});

describe.concurrent("variables", () => {
  test("from a ConfigMap follow it by event, with a Release, and cost nothing while it stays", async ({ tenant }) => {
    const shop = await tenant({ "shop.yaml": { ...configMap("shop"), data: { region: "${REGION}", stage: "${STAGE:-prod}" } } }, { before: place(settings({ REGION: "eu" })), app: { render: { substitute: FROM_SETTINGS } } });
    await shop.ready();
    expect(await shop.dataOf("shop")).toEqual({ region: "eu", stage: "prod" });
    await patch(shop, "configmap/settings", { data: { REGION: "us" } });
    await shop.until("the new value is live", () => JSON.stringify(viewed(shop, "shop")).includes('"us"'));
    await shop.ready();
    expect(shop.releases).toHaveLength(2);
    const readsOf = async (): Promise<number> => (await operatorRequests(shop.namespace)).filter(({ verb, objectRef }) => verb === "get" && objectRef?.name === "settings").length;
    const before = await readsOf();
    await shop.handled("Application");
    await shop.ready(await shop.commit({ "b.yaml": configMap("b") }));
    expect(await readsOf()).toBe(before);
  });

  test("that are not set, and sources that are not there, are named, and nothing is deleted", async ({ tenant }) => {
    const shop = await tenant({ "shop.yaml": { ...configMap("shop"), data: { region: "${REGION:-eu}" } } });
    await shop.ready();
    await shop.respec("Application", { render: { substitute: FROM_SETTINGS } });
    expect(await shop.saying("Application", "Ready", "VariablesNotReady")).toBe(`spec.render.substitute.from[0]: ConfigMap ${shop.namespace}/settings does not exist; create it, or say optional: true`);
    expect((await plan(shop)).err).toContain("settings does not exist");
    const commit = await shop.commit({ "shop.yaml": { ...configMap("shop"), data: { region: "${REGION}" } }, "a.yaml": configMap("a") });
    await shop.until("it is fetched", () => shop.source?.status?.artifact?.revision.endsWith(commit) === true);
    await place(settings({ STAGE: "prod" }))(shop);
    expect(await shop.saying("Application", "Ready", "BuildFailed")).toMatch(/^shop\.yaml:1: ConfigMap shop, data\.region: variable REGION is not set/);
    expect([await shop.dataOf("shop"), await shop.dataOf("a")]).toEqual([{ region: "${REGION:-eu}" }, undefined]);
    await patch(shop, "configmap/settings", { data: { REGION: "us" } });
    await shop.ready();
    expect(await shop.dataOf("shop")).toEqual({ region: "us" });
  });

  test("that the account may not read are told with the right that is missing", async ({ tenant }) => {
    const shop = await tenant({ "shop.yaml": { ...configMap("shop"), data: { password: "${password}" } } }, { before: place(secret("login")), app: { render: { substitute: FROM_LOGIN }, serviceAccountName: "default" } });
    expect(await shop.saying("Application", "Ready", "VariablesNotReady")).toMatch(/Secret \S+\/login cannot be read: /);
  });
});

/** Every test looks for canaries when it ends (support/operator.ts). */
describe.concurrent("a Secret's value that was put into another object is told nowhere", () => {
  const files = {
    "shop.yaml": { ...configMap("shop"), metadata: { name: "shop", annotations: { "example.com/dsn": "db://shop:${password}@db" } }, data: { dsn: "db://shop:${password}@db" } },
    "web.yaml": deployment("web", 1, { env: [{ name: "PASSWORD", value: "${password}" }] }),
  };
  const options = { before: place(secret("login", `${CANARY}-one`)), app: { render: { substitute: FROM_LOGIN } } } as const;

  test("when it drifts, in a report, when it is put back, and in a plan", async ({ tenant }) => {
    const shop = await tenant(files, { ...options, app: { ...options.app, drift: { mode: "Report" } } });
    await shop.ready();
    expect(await shop.dataOf("shop")).toEqual({ dsn: `db://shop:${CANARY}-one@db` });
    await patch(shop, "configmap/shop", dsn("stolen"));
    await shop.kubectl("set", "env", "deployment/web", `PASSWORD=${CANARY}-other`);
    await shop.until("it is told", () => (shop.report?.status?.total ?? 0) >= 3);
    expect(JSON.stringify(shop.report?.status?.findings)).toContain("secret value");
    const { out } = await plan(shop);
    expect(out).toContain("secret value");
    expect(leaks(out)).toBe(false);
    await shop.respec("Application", { drift: { mode: "Revert" } });
    await shop.until("it is put back", () => (shop.report?.status?.revertedTotal ?? 0) >= 3);
    await shop.told("Application", /^DriftReverted: .*secret value/);
  });

  test("when it changes while approval is needed, and when the source of it is gone", async ({ tenant }) => {
    const shop = await tenant(files, { ...options, app: { ...options.app, sync: { approval: "Manual" } } });
    await shop.paste(await shop.saying("Application", "Ready", "AwaitingApproval"), "kubectl patch");
    await shop.ready();
    await patch(shop, "secret/login", { stringData: { password: `${CANARY}-two` } });
    const question = await shop.saying("Application", "Ready", "AwaitingApproval");
    const { out } = await plan(shop);
    expect([out.includes("secret value"), leaks(out)]).toEqual([true, false]);
    await shop.paste(question, "kubectl patch");
    await shop.until("the new value is live", () => JSON.stringify(viewed(shop, "shop")).includes("-two"));
    await shop.ready();
    await shop.kubectl("delete", "secret/login");
    await shop.saying("Application", "Ready", "VariablesNotReady");
    await patch(shop, "configmap/shop", dsn("stolen"));
    await shop.until("it is put back meanwhile", () => JSON.stringify(viewed(shop, "shop")).includes("-two"));
  });

  test("when the API server refuses it and quotes it", async ({ tenant }) => {
    const shop = await tenant({ "shop.yaml": { ...configMap("shop"), metadata: { name: "shop", labels: { password: "${password}!" } } } }, options);
    const message = await shop.saying("Application", "Ready", "ApplyFailed");
    expect([message.includes("secret value"), leaks(message)]).toEqual([true, false]);
    await shop.told("Application", /^ApplyFailed: /);
  });
});
