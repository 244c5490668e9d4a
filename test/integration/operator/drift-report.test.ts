import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect } from "vitest";
import { pollUntil } from "../../../src/sandbox/poll.ts";
import { sharedControlPlane } from "../../support/control-plane.ts";
import { configMap, deployment, secret } from "../../support/manifests.ts";
import { operatorMetrics, test } from "../../support/operator.ts";
import { driftless, startDriftless } from "../../support/run-cli.ts";
import { leaks } from "../../support/status-linter.ts";
import type { Tenant } from "../../support/tenant.ts";

const drift = (shop: Tenant, ...more: readonly string[]): ReturnType<typeof driftless> => driftless("drift", ...more, "-n", shop.namespace, "--kubeconfig", sharedControlPlane().kubeconfigPath);
const MAIN = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));
const words = (text: string): string => text.replace(/ +/g, " ");
const edit = (shop: Tenant, name: string, value: string): Promise<string> => shop.kubectl("patch", `configmap/${name}`, "--type=merge", "-p", JSON.stringify({ data: { value } }));

describe.concurrent("driftless drift", () => {
  test("tells what is live and left, with who and when, and ends with 2; and without drift with 0", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "web.yaml": deployment("web") }, { app: { drift: { mode: "Report" } } });
    await shop.ready();
    const none = await drift(shop, "app");
    expect([none.code, none.out]).toEqual([0, `${shop.namespace}/app: no drift now, 0 reverted so far\n`]);
    await shop.kubectl("scale", "deployment/web", "--replicas=4");
    await edit(shop, "a", "\u001B[31mby\u009B hand\u202E");
    await shop.until("both are told", () => shop.report?.status?.total === 2);
    const { code, out } = await drift(shop);
    expect(code).toBe(2);
    expect(out).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
    expect(words(out)).toMatch(new RegExp(`^${shop.namespace}/app: 2 differences now, 0 reverted so far, as of `));
    expect(words(out)).toMatch(new RegExp(`^Deployment ${shop.namespace}/web /spec/replicas 1 → 4 .*kubectl.* (ago|just now) left$`, "m"));
    expect(words(out)).toMatch(new RegExp(`^ConfigMap ${shop.namespace}/a /data/value "one" → ".*by.* hand.*" .* left$`, "m"));
    expect(await shop.kubectl("get", "ddr")).toMatch(/^NAME +APPLICATION +DRIFTS +REVERTED +MOST BY +OBSERVED +AGE\napp +app +2 +0 +/);
  });

  test("tells what was put back as a table, as a diff and as JSON, with no value of a Secret", async ({ tenant }) => {
    const shop = await tenant({ "web.yaml": deployment("web"), "login.yaml": secret("login") });
    await shop.ready();
    await shop.kubectl("scale", "deployment/web", "--replicas=4");
    await shop.kubectl("patch", "secret/login", "--type=merge", "-p", JSON.stringify({ stringData: { password: "by-hand" } }));
    await shop.until("both are put back", () => shop.report?.status?.revertedTotal === 2 && shop.report.status.total === 0);
    const [table, diff, json] = await Promise.all([drift(shop, "--reverted"), drift(shop, "--reverted", "-o", "diff"), drift(shop, "--reverted", "-o", "json")]);
    expect([table.code, diff.code, json.code]).toEqual([0, 0, 0]);
    expect(words(table.out)).toMatch(new RegExp(`^Deployment ${shop.namespace}/web /spec/replicas 1 → 4 .* reverted (.* ago|just now)$`, "m"));
    expect(diff.out).toMatch(new RegExp(`^--- Deployment ${shop.namespace}/web \\(live\\)\n\\+\\+\\+ Deployment ${shop.namespace}/web \\(source\\)\n@@ /spec/replicas @@ .*kubectl.*; reverted .*\n-4\n\\+1\n`, "m"));
    const { kind, items } = JSON.parse(json.out) as { kind: string; items: { application: unknown; status: { revertedTotal: number; reverted: unknown[] } }[] };
    expect([kind, items.length, items[0]?.application, items[0]?.status.revertedTotal, items[0]?.status.reverted.length]).toEqual(["DriftList", 1, { namespace: shop.namespace, name: "app" }, 2, 2]);
    expect([table, diff, json].some(({ out }) => leaks(out) || out.includes("by-hand"))).toBe(false);
  });

  test("follows what is found and put back, and ends when it is told to", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") });
    await shop.ready();
    const watching = startDriftless("drift", "--watch", "-n", shop.namespace, "--kubeconfig", sharedControlPlane().kubeconfigPath);
    await watching.says(/No drift so far/);
    await edit(shop, "a", "by hand");
    await watching.says(new RegExp(`Z ~ ${shop.namespace}/app {2}ConfigMap ${shop.namespace}/a /data/value "one" → "by hand" by .*kubectl`));
    await watching.says(new RegExp(`Z ✓ ${shop.namespace}/app {2}ConfigMap ${shop.namespace}/a /data/value reverted; `));
    expect(await watching.stop()).toBe(0);
  });

  test("ends with 0 and without a word on Ctrl-C, with no terminal as well", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") });
    const child = spawn(process.execPath, [MAIN, "drift", "--watch", "-n", shop.namespace, "--kubeconfig", sharedControlPlane().kubeconfigPath], { stdio: ["ignore", "pipe", "pipe"] });
    const [ended, told, errors] = [once(child, "close"), once(child.stdout, "data"), text(child.stderr)];
    expect(String((await told)[0])).toBe("No drift so far.\n");
    child.kill("SIGINT");
    expect([(await ended)[0], await errors]).toEqual([0, ""]);
  });

  test("says what is wrong with what it is asked", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") });
    const { code, err } = await drift(shop, "nobody");
    expect([code, err]).toEqual([1, `error: Application ${shop.namespace}/nobody not found; see: kubectl get applications.driftless.dev -A\n`]);
    expect((await drift(shop, "-A")).err).toContain("-A and -n exclude each other");
  });
});

describe.concurrent("the report", () => {
  test("counts by actor and field, and metrics tell what is live, until the Application is gone", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "b.yaml": configMap("b") }, { app: { drift: { mode: "Report" } } });
    await shop.ready();
    await edit(shop, "a", "by hand");
    await edit(shop, "b", "by hand");
    await shop.until("both are told", () => shop.report?.status?.total === 2);
    expect(shop.report?.status).toMatchObject({ foundTotal: 2, byField: [{ kind: "/ConfigMap", path: "/data/value", count: 2 }] });
    expect(shop.report?.status?.byActor?.reduce((sum, { count }) => sum + count, 0)).toBe(2);
    const series = async (): Promise<string[]> => (await operatorMetrics()).split("\n").filter((line) => line.includes(`namespace="${shop.namespace}"`) && /^driftless_(drift|coverage)/.test(line));
    expect(await series()).toEqual(expect.arrayContaining([`driftless_drifted_objects{namespace="${shop.namespace}",name="app"} 2`]));
    await shop.delete();
    await shop.gone();
    await pollUntil({ what: "its series are gone", deadlineMs: 10_000, probe: async () => (await series()).length === 0 });
  });

  test("tells how much of the namespaces no source has, where that is wanted", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "web.yaml": deployment("web") }, { before: async (one) => void (await one.kubectl("create", "configmap", "mine")), app: { drift: { coverage: true } } });
    await shop.ready();
    await shop.until("it is counted", () => shop.report?.status?.coverage !== undefined);
    const { coverage } = shop.report?.status ?? {};
    expect(coverage?.managed).toBeGreaterThanOrEqual(2);
    expect(coverage?.objects).toContain(`/ConfigMap/${shop.namespace}/mine`);
    expect(coverage?.objects?.filter((object) => /\/(Pod|ReplicaSet|Event|Lease|EndpointSlice)\/|\/default$|root-ca|\/web$|\/a$/.test(object))).toEqual([]);
    expect((await drift(shop)).out).toMatch(/coverage: \d+ objects managed, \d+ not: .*ConfigMap \S+\/mine/);
    await shop.respec("Application", { drift: { coverage: false } });
    await shop.until("it is taken back", () => shop.report?.status?.coverage === undefined);
  });
});
