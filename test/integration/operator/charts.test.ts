import { describe, expect } from "vitest";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { sharedControlPlane } from "../../support/control-plane.ts";
import { helm, HELM_BUILD_MS, helmHistory, helmInstall } from "../../support/helm-cli.ts";
import { configMap, secret } from "../../support/manifests.ts";
import { test } from "../../support/operator.ts";
import { driftless } from "../../support/run-cli.ts";
import { CANARY, leaks } from "../../support/status-linter.ts";
import type { Tenant } from "../../support/tenant.ts";
import type { Files } from "../../support/tenant-objects.ts";

const place = (object: KubeObject) => async (shop: Tenant): Promise<void> => void (await shop.apply({ ...object, metadata: { ...object.metadata, namespace: shop.namespace } }));
const patch = (shop: Tenant, target: string, change: object): Promise<string> => shop.kubectl("patch", target, "--type=merge", "-p", JSON.stringify(change));
const viewed = (shop: Tenant, name: string): unknown => shop.view.get("ConfigMap", name)?.["data"];
const plan = (shop: Tenant): ReturnType<typeof driftless> => driftless("plan", "app", "-n", shop.namespace, "--kubeconfig", sharedControlPlane().kubeconfigPath);

const chart = (data: string): Files => ({
  "Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
  "values.yaml": "greeting: hello\nauth: {password: none}\n",
  "templates/a.yaml": `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}-a"}\ndata:\n${data}`,
});
const uids = (shop: Tenant): Promise<string> => shop.kubectl("get", "configmap", "shop-a", "shop-b", "-o", "jsonpath={.items[*].metadata.uid}");
const GREETING = chart("  greeting: {{ .Values.greeting }}\n  namespace: {{ .Release.Namespace }}\n");

describe.concurrent("an Application whose path is a chart", () => {
  test("is applied, follows its values by event, and plans nothing while they stay", async ({ tenant }) => {
    const from = { valuesFrom: [{ kind: "ConfigMap", name: "settings", optional: true }] } as const;
    const shop = await tenant(GREETING, { app: { render: { helm: { releaseName: "shop", ...from } } } });
    await shop.ready();
    expect(await shop.dataOf("shop-a")).toEqual({ greeting: "hello", namespace: shop.namespace });
    await place({ ...configMap("settings"), data: { "values.yaml": "greeting: moin\n" } })(shop);
    await shop.until("the new value is live", () => JSON.stringify(viewed(shop, "shop-a")).includes("moin"));
    await shop.ready();
    const planned = await plan(shop);
    expect([planned.code, planned.err]).toEqual([0, ""]);
    await patch(shop, "configmap/shop-a", { data: { greeting: "by hand" } });
    await shop.until("it is put back", () => (shop.report?.status?.revertedTotal ?? 0) >= 1);
  });

  test("asks the cluster as its account, and keeps what it made at random", async ({ tenant }) => {
    const asking = chart('  random: {{ randAlphaNum 12 }}\n  served: {{ .Capabilities.APIVersions.Has "apps/v1/Deployment" | quote }}\n  found: {{ (lookup "v1" "ConfigMap" .Release.Namespace "other").data | toJson | quote }}\n');
    const shop = await tenant(asking, { before: place({ ...configMap("other"), data: { a: "b" } }) });
    await shop.ready();
    const first = (await shop.dataOf("app-a")) as { random: string; served: string; found: string };
    expect([first.random.length, first.served, first.found]).toEqual([12, "true", '{"a":"b"}']);
    await patch(shop, "configmap/other", { data: { a: "c" } });
    const commit = await shop.commit({ "README.md": "new" });
    await shop.until("the look-up is made again", () => JSON.stringify(viewed(shop, "app-a")).includes("c"));
    await shop.ready(commit);
    expect(await shop.dataOf("app-a")).toEqual({ ...first, found: '{"a":"c"}' });
  });

  test("says where a template or a value is wrong, and deletes nothing", async ({ tenant }) => {
    const shop = await tenant(GREETING);
    await shop.ready();
    await shop.commit({ "templates/b.yaml": "a: {{ .Values.nope.deeper }}\n" });
    expect(await shop.saying("Application", "Ready", "BuildFailed")).toMatch(/templates\/b\.yaml:1:\d+: /);
    await shop.respec("Application", { render: { helm: { valuesFrom: [{ kind: "Secret", name: "gone" }] } } });
    expect(await shop.saying("Application", "Ready", "VariablesNotReady")).toBe(`spec.render.helm.valuesFrom[0]: Secret ${shop.namespace}/gone does not exist; create it, or say optional: true`);
    expect(await shop.dataOf("app-a")).toBeDefined();
  });

  test("tells no value of a Secret that got into an object", async ({ tenant }) => {
    const helm = { valuesFrom: [{ kind: "Secret", name: "login", valuesKey: "password", targetPath: "auth.password" }] } as const;
    const shop = await tenant(chart("  dsn: db://{{ .Values.auth.password }}@db\n"), { before: place(secret("login", `${CANARY}-one`)), app: { render: { helm }, drift: { mode: "Report" } } });
    await shop.ready();
    expect(await shop.dataOf("app-a")).toEqual({ dsn: `db://${CANARY}-one@db` });
    await patch(shop, "configmap/app-a", { data: { dsn: "stolen" } });
    await shop.until("it is told", () => (shop.report?.status?.total ?? 0) >= 1);
    expect(JSON.stringify(shop.report?.status?.findings)).toContain("secret value");
    const { out } = await plan(shop);
    expect([out.includes("secret value"), leaks(out)]).toEqual([true, false]);
  });

  test("is recorded for helm where that is wanted, and the record goes with it", { timeout: HELM_BUILD_MS }, async ({ tenant }) => {
    const shop = await tenant(GREETING, { app: { render: { helm: { releaseName: "shop", recordRelease: true, values: { greeting: "moin" } } } } });
    await shop.ready();
    expect(await helm(shop.namespace, "ls", "-q")).toBe("shop\n");
    expect(await helm(shop.namespace, "get", "values", "shop", "-o", "json")).toBe('{"greeting":"moin"}\n');
    expect(await helm(shop.namespace, "get", "manifest", "shop")).toContain("greeting: moin");
    await shop.ready(await shop.commit(chart("  greeting: {{ .Values.greeting | upper }}\n")));
    expect(await helmHistory(shop.namespace, "shop")).toEqual(["1 superseded Install complete", "2 deployed Upgrade complete"]);
    await shop.kubectl("delete", "application", "app");
    expect((await helm(shop.namespace, "ls", "-q")).trim()).toBe("");
  });

  test("takes a release of helm over without making anything anew", { timeout: HELM_BUILD_MS }, async ({ tenant }) => {
    const before = { ...GREETING, "templates/b.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop-b}\ndata: {old: field, kept: here}\n" } as Record<string, string>;
    let installed = "";
    const shop = await tenant({ ...before, "templates/b.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop-b}\ndata: {kept: here}\n" }, {
      before: async (made) => {
        await helmInstall(made.namespace, "shop", before);
        installed = await uids(made);
      },
      app: { render: { helm: { releaseName: "shop", recordRelease: true } } },
    });
    await shop.ready();
    expect(await uids(shop)).toBe(installed);
    expect(await shop.dataOf("shop-b")).toEqual({ kept: "here" });
    expect(await helmHistory(shop.namespace, "shop")).toEqual(["1 superseded Install complete", "2 deployed Upgrade complete"]);
  });
});
