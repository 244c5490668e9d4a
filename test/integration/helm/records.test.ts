import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadChart } from "../../../charts/helm/chart/load-chart.ts";
import { mergeUserValues } from "../../../charts/helm/chart/user-values.ts";
import { RandomSource } from "../../../charts/helm/random.ts";
import { releaseRecord, type ReleaseRecord } from "../../../charts/helm/record.ts";
import { renderHelm } from "../../../charts/helm/render.ts";
import { ParseCache } from "../../../charts/parse-cache.ts";
import { TreeFiles } from "../../../charts/tree-files.ts";
import { systemClock } from "../../../src/controllers/clock.ts";
import { HelmRecords } from "../../../src/controllers/helm-records.ts";
import type { RecordContext } from "../../../src/controllers/helm-records.ts";
import { HttpClusterClient } from "../../../src/kube/client.ts";
import { loadClusterAccess } from "../../../src/kube/config.ts";
import { createNamespace, kubectl, sharedControlPlane } from "../../support/control-plane.ts";
import { helm, HELM_BUILD_MS, helmHistory, helmInstall, helmPath } from "../../support/helm-cli.ts";
import { MemoryLogger } from "../../support/memory-logger.ts";
import { memoryTree } from "../../support/memory-tree.ts";

const { signal } = new AbortController();

const CHART = {
  "Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.2.3\nappVersion: v9\ndescription: A shop.\nmaintainers: [{name: ada, email: ada@example.com}]\nannotations: {a: b}\n",
  "values.yaml": "greeting: hello\n",
  "values.schema.json": '{"type": "object"}',
  "README.md": "A shop.",
  "templates/NOTES.txt": "{{ .Values.greeting }}, {{ .Release.Name }}\n",
  "templates/web.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {greeting: {{ .Values.greeting }}}\n",
  "templates/job.yaml": 'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\n  annotations: {helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "3", helm.sh/hook-delete-policy: hook-succeeded}\n',
};

let client: HttpClusterClient;

beforeAll(async () => {
  await helmPath();
  client = new HttpClusterClient(await loadClusterAccess({ kubeconfig: sharedControlPlane().kubeconfigPath }), { clock: systemClock, random: Math.random });
}, HELM_BUILD_MS);
afterAll(() => client.close());

function recordOf(namespace: string, set: readonly string[] = []): ReleaseRecord {
  const chart = loadChart(new TreeFiles(memoryTree(CHART), new ParseCache(1024 * 1024)), "", []);
  const values = mergeUserValues({ set });
  const output = renderHelm(chart, { release: { name: "shop", namespace }, values, now: new Date(0), random: new RandomSource(Buffer.alloc(32), "shop") });
  return releaseRecord({ name: "shop", namespace, chart, values, output });
}

/** Records as a process has them that was just started. */
async function started(namespace: string, owner = `i/${namespace}/shop`): Promise<{ readonly save: (set?: readonly string[]) => ReturnType<HelmRecords["save"]>; readonly remove: () => Promise<void>; readonly logger: MemoryLogger }> {
  const logger = new MemoryLogger();
  const records = new HelmRecords({ cluster: client, clock: systemClock, logger });
  const account = { namespace, name: "deployer" };
  await kubectl(["-n", namespace, "create", "serviceaccount", account.name]).catch(() => undefined);
  await kubectl(["-n", namespace, "create", "rolebinding", account.name, "--clusterrole=admin", `--serviceaccount=${namespace}:${account.name}`]).catch(() => undefined);
  const context: RecordContext = { owner, account, signal };
  return { save: (set) => records.save(recordOf(namespace, set), context), remove: () => records.remove({ name: "shop", namespace }, context), logger };
}

/** In milliseconds; Helm writes nanoseconds. */
const firstDeployed = async (namespace: string): Promise<number> => Date.parse((JSON.parse(await helm(namespace, "status", "shop", "-o", "json")) as { info: { first_deployed: string } }).info.first_deployed);

const secretsOf = async (namespace: string): Promise<string[]> => (await kubectl(["-n", namespace, "get", "secrets", "-l", "owner=helm", "-o", "name"])).trim().split("\n").filter((name) => name !== "");

describe.concurrent("a recorded release", () => {
  test("is one that helm lists and tells everything of", async () => {
    const namespace = await createNamespace("records");
    const records = await started(namespace);
    expect(await records.save(["greeting=moin", "replicas=2"])).toEqual({ kind: "Stored", version: 1 });
    const [listed] = JSON.parse(await helm(namespace, "ls", "-o", "json")) as [Record<string, string>];
    expect(listed).toMatchObject({ name: "shop", namespace, revision: "1", status: "deployed", chart: "shop-1.2.3", app_version: "v9" });
    expect(await helm(namespace, "get", "values", "shop", "-o", "json")).toBe('{"greeting":"moin","replicas":2}\n');
    expect(await helm(namespace, "get", "manifest", "shop")).toContain("# Source: shop/templates/web.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {greeting: moin}");
    expect(await helm(namespace, "get", "hooks", "shop")).toContain("# Source: shop/templates/job.yaml");
    expect(await helm(namespace, "get", "notes", "shop")).toContain("moin, shop");
    expect(await helm(namespace, "get", "metadata", "shop")).toMatch(/APP_VERSION: v9\nANNOTATIONS: a=b/);
    expect(await helm(namespace, "status", "shop")).toContain("STATUS: deployed");
  });

  test("goes on with its next revision, and is written once for the same content, also by another process", async () => {
    const namespace = await createNamespace("records");
    const records = await started(namespace);
    await records.save();
    expect(await records.save()).toEqual({ kind: "Unchanged" });
    expect(await (await started(namespace)).save()).toEqual({ kind: "Unchanged" });
    expect(await records.save(["greeting=moin"])).toEqual({ kind: "Stored", version: 2 });
    expect(await helmHistory(namespace, "shop")).toEqual(["1 superseded Install complete", "2 deployed Upgrade complete"]);
    for (let index = 0; index < 10; index += 1) await records.save([`greeting=${index}`]);
    expect(await helmHistory(namespace, "shop")).toHaveLength(10);
  });

  test("that two revisions claim to be, after a crash in between, is mended", async () => {
    const namespace = await createNamespace("records");
    const records = await started(namespace);
    await records.save();
    const [first] = await secretsOf(namespace);
    const before = await kubectl(["-n", namespace, "get", first ?? "", "-o", "json"]);
    await records.save(["greeting=moin"]);
    const { data, metadata } = JSON.parse(before) as { data: object; metadata: { labels: object } };
    await kubectl(["-n", namespace, "patch", first ?? "", "--type=merge", "-p", JSON.stringify({ data, metadata: { labels: metadata.labels } })]);
    expect(await helmHistory(namespace, "shop")).toEqual(["1 deployed Install complete", "2 deployed Upgrade complete"]);
    expect(await (await started(namespace)).save(["greeting=moin"])).toEqual({ kind: "Unchanged" });
    expect(await helmHistory(namespace, "shop")).toEqual(["1 superseded Install complete", "2 deployed Upgrade complete"]);
  });

  test("that helm has installed keeps its history, and the day it was installed first", async () => {
    const namespace = await createNamespace("records");
    await helmInstall(namespace, "shop", CHART, "--no-hooks");
    const first = await firstDeployed(namespace);
    expect(await (await started(namespace)).save(["greeting=moin"])).toEqual({ kind: "Stored", version: 2 });
    expect(await firstDeployed(namespace)).toBe(first);
    expect(await helmHistory(namespace, "shop")).toEqual(["1 superseded Install complete", "2 deployed Upgrade complete"]);
  });

  test("of another Application is left alone, and that is told once", async () => {
    const namespace = await createNamespace("records");
    await (await started(namespace)).save();
    const other = await started(namespace, `i/${namespace}/other`);
    const message = `release shop is recorded for the Application i/${namespace}/shop; give one of the two another render.helm.releaseName`;
    expect(await other.save(["greeting=moin"])).toEqual({ kind: "NotStored", message });
    expect(await other.save(["greeting=moin"])).toEqual({ kind: "NotStored", message });
    await other.remove();
    expect(await secretsOf(namespace)).toEqual(["secret/sh.helm.release.v1.shop.v1"]);
  });

  test("goes with all its revisions", async () => {
    const namespace = await createNamespace("records");
    const records = await started(namespace);
    await records.save();
    await records.save(["greeting=moin"]);
    await records.remove();
    expect(await secretsOf(namespace)).toEqual([]);
  });
});
