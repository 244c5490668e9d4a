import { describe, expect } from "vitest";
import { DRIFT_HOLD_ANNOTATION } from "../../../src/api/group.ts";
import type { DriftFinding } from "../../../src/api/drift-report.ts";
import { configMap, deployment } from "../../support/manifests.ts";
import { test } from "../../support/operator.ts";
import type { Tenant } from "../../support/tenant.ts";

const put = (shop: Tenant, name: string, data: Readonly<Record<string, string | null>>): Promise<string> => shop.kubectl("patch", `configmap/${name}`, "--type=merge", "-p", JSON.stringify({ data }));
const findings = (shop: Tenant): readonly DriftFinding[] => shop.report?.status?.findings ?? [];
const told = (shop: Tenant): string => findings(shop).map(({ path, action }) => `${action} ${path}`).sort().join();
const drifted = (shop: Tenant): string => shop.condition("Application", "Drifted")?.message ?? "";
const valueOf = (shop: Tenant, name: string): string => JSON.stringify(shop.view.get("ConfigMap", name)?.["data"]);

interface Container {
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
}

/** The one container of the Deployment `web`, and its number of Pods. */
async function webOf(shop: Tenant): Promise<Container & { readonly replicas: number }> {
  const spec = (await shop.live("apps/v1", "Deployment", "web"))?.["spec"] as { readonly replicas: number; readonly template: { readonly spec: { readonly containers: readonly [Container] } } }; // apps/v1
  const [{ image, args, env }] = spec.template.spec.containers;
  return { replicas: spec.replicas, image, ...(args === undefined ? {} : { args }), ...(env === undefined ? {} : { env }) };
}

const web = (mode: string) => deployment("web", 1, { args: ["--slow"], env: [{ name: "MODE", value: mode }] });

describe.concurrent("spec.drift.rules", () => {
  test("leave some fields of an object, with their owners, while others of it are reverted, until the source changes", async ({ tenant }) => {
    const container = "/spec/template/spec/containers[name=main]";
    const shop = await tenant({ "web.yaml": web("a") }, { app: { drift: { rules: [{ target: { kind: "Deployment" }, paths: [`${container}/image`, `${container}/args`], actors: ["Person"], action: "Report" }] } } });
    await shop.ready();
    const patch = { spec: { replicas: 2, template: { spec: { containers: [{ name: "main", image: "registry.example.com/main:hotfix", args: ["--fast"], env: [{ name: "MODE", value: "b" }, { name: "DEBUG", value: "1" }] }] } } } };
    await shop.kubectl("patch", "deployment/web", "-p", JSON.stringify(patch));
    await shop.until("two fields are left", () => told(shop) === `Report ${container}/args,Report ${container}/image` && shop.report?.status?.revertedTotal === 3);
    const left = { replicas: 1, image: "registry.example.com/main:hotfix", args: ["--fast"], env: [{ name: "MODE", value: "a" }] };
    expect(await webOf(shop)).toEqual(left);
    expect(shop.report?.status?.reverted?.map(({ path }) => path).sort()).toEqual(["/spec/replicas", `${container}/env[name=DEBUG]`, `${container}/env[name=MODE]/value`]);
    const live = await shop.live("apps/v1", "Deployment", "web");
    const owners = live?.metadata.managedFields?.filter(({ fieldsV1 }) => JSON.stringify(fieldsV1).includes('"f:image"')).map(({ manager }) => manager);
    expect(owners).toEqual(["kubectl-patch"]);
    await shop.kubectl("set", "image", "deployment/web", "main=registry.example.com/main:again");
    await shop.until("the newer value is told", () => findings(shop).some(({ live: value }) => value === '"registry.example.com/main:again"'));
    expect((await webOf(shop)).image).toBe("registry.example.com/main:again");
    await shop.ready(await shop.commit({ "web.yaml": web("c") }));
    expect(await webOf(shop)).toEqual({ replicas: 1, image: "registry.example.com/main:1", args: ["--slow"], env: [{ name: "MODE", value: "c" }] });
    await shop.until("nothing is told any more", () => told(shop) === "" && shop.condition("Application", "Drifted")?.status === "False");
  });

  test("give a grace time, which is told", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") }, { app: { drift: { rules: [{ paths: ["/data"], action: "RevertAfter", after: "4s" }] } } });
    await shop.ready();
    await put(shop, "a", { value: "by hand" });
    await shop.until("it is told at once", () => told(shop) === "RevertAfter /data/value");
    const [{ detectedAt, revertAt = "" } = { detectedAt: "" }] = findings(shop);
    expect(Date.parse(revertAt) - Date.parse(detectedAt)).toBe(4_000);
    const reverted = await shop.reverted(({ path }) => path === "/data/value");
    expect(Date.parse(reverted.revertedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(revertAt));
    expect([reverted, await shop.dataOf("a")]).toMatchObject([{ action: "RevertAfter", live: '"by hand"' }, { value: "one" }]);
  });

  test("that cannot be read are told, with their place", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") }, { app: { drift: { rules: [{ name: "mine", target: { name: "(a|b)" }, paths: ["/data/x*", "/metadata/labels"], action: "Report" }] } } });
    const message = await shop.saying("Application", "Ready", "SpecInvalid");
    expect(message.split("\n")).toEqual([
      'spec.drift.rules[0] (mine).target.name: "(a|b)" looks like a regular expression; write * for any text',
      'spec.drift.rules[0] (mine).paths[0]: "x*": * stands for a whole step, not for a part of a name',
      "spec.drift.rules[0] (mine).paths[1]: /metadata/labels covers metadata labels applyset.kubernetes.io/part-of, by which Driftless knows the object; name the fields below it one by one",
    ]);
  });
});

describe.concurrent("the annotation driftless.dev/drift-hold", () => {
  test("keeps what was done by hand beside a commit to another field, until it ends and goes", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a", { value: "one", other: "1" }) });
    await shop.ready();
    await shop.kubectl("annotate", "configmap/a", `${DRIFT_HOLD_ANNOTATION}=1h`);
    await shop.until("the hold is told", () => /^live state is desired state\nheld until [-\d ]*\d\d:\d\dZ by kubectl-annotate: ConfigMap \S+\/a$/.test(drifted(shop)));
    await put(shop, "a", { value: "by hand" });
    await shop.until("the drift is told", () => told(shop) === "Report /data/value" && shop.report?.status?.holds?.length === 1);
    expect(findings(shop)[0]?.revertAt).toBe(shop.report?.status?.holds?.[0]?.until);
    await shop.ready(await shop.commit({ "a.yaml": configMap("a", { value: "one", other: "2" }) }));
    expect(await shop.dataOf("a")).toEqual({ value: "by hand", other: "2" });
    const end = new Date(Date.now() + 3_000).toISOString();
    await shop.kubectl("annotate", "--overwrite", "configmap/a", `${DRIFT_HOLD_ANNOTATION}=${end}`);
    await shop.until("it ends", () => valueOf(shop, "a") === '{"other":"2","value":"one"}' && shop.view.get("ConfigMap", "a")?.metadata.annotations?.[DRIFT_HOLD_ANNOTATION] === undefined);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(end) - 1_000); // told in whole seconds
    await shop.until("peace", () => drifted(shop) === "live state is desired state" && told(shop) === "" && shop.report?.status?.holds === undefined);
  });

  test("on the Application leaves everything, deleted objects included, until it is taken off", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "b.yaml": configMap("b") });
    await shop.ready();
    await shop.kubectl("annotate", "applications.driftless.dev/app", `${DRIFT_HOLD_ANNOTATION}=48h`);
    await shop.until("it is told", () => /held until [-\d]+ \d\d:\d\dZ by kubectl-annotate \(48h is cut to 24h\): everything of this Application$/.test(drifted(shop)));
    await shop.kubectl("delete", "configmap/a");
    await put(shop, "b", { value: "by hand" });
    await shop.until("both are told", () => findings(shop).length === 2 && findings(shop).every(({ action, revertAt }) => action === "Report" && revertAt !== undefined));
    expect([await shop.dataOf("a"), await shop.dataOf("b")]).toEqual([undefined, { value: "by hand" }]);
    await shop.kubectl("annotate", "applications.driftless.dev/app", `${DRIFT_HOLD_ANNOTATION}-`);
    await shop.until("all of it is as Git has it", () => valueOf(shop, "a") === '{"value":"one"}' && valueOf(shop, "b") === '{"value":"one"}');
  });

  test("on the Application goes when it is over", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") });
    await shop.ready();
    await shop.kubectl("annotate", "applications.driftless.dev/app", `${DRIFT_HOLD_ANNOTATION}=3s`);
    await shop.until("it goes", () => shop.app !== undefined && shop.app.metadata.annotations?.[DRIFT_HOLD_ANNOTATION] === undefined && drifted(shop) === "live state is desired state");
  });
});
