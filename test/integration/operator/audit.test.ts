import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startAuditedPlane } from "../../support/audited-plane.ts";
import type { AuditedPlane } from "../../support/audited-plane.ts";
import { configMap, deployment } from "../../support/manifests.ts";
import { driftless } from "../../support/run-cli.ts";
import type { Tenant } from "../../support/tenant.ts";

const ALICE = "alice@example.com";
const BOB = "bob@example.com";

describe("on an API server that tells who makes requests", () => {
  const stack = new AsyncDisposableStack();
  let world: AuditedPlane;
  let shop: Tenant;

  beforeAll(async () => {
    world = await startAuditedPlane({ tier: "api", audit: true }, stack);
    shop = await world.shop({ "a.yaml": configMap("a"), "b.yaml": configMap("b"), "c.yaml": configMap("c"), "web.yaml": deployment("web", 1) });
    await shop.until("applied", () => shop.view.get("Deployment", "web") !== undefined && shop.view.get("ConfigMap", "c") !== undefined && shop.condition("Application", "Synced")?.status === "True");
  });
  afterAll(() => stack.disposeAsync());

  test("an edit is told with its user, groups and program, a deletion with who asked for it", async () => {
    const [alice, bob] = [await world.as(ALICE, ["shop-team"]), await world.as(BOB)];
    await alice("-n", shop.namespace, "patch", "configmap/a", "--type=merge", "-p", '{"data":{"value":"two"}}');
    const edit = await shop.reverted(({ user, object }) => user !== undefined && object.endsWith("/a"));
    expect(edit).toMatchObject({ class: "Modified", user: ALICE, actor: "Person", confidence: "Certain", manager: "kubectl-patch", userAgent: expect.stringMatching(/^kubectl\//) as string });
    expect(edit.groups).toContain("shop-team");
    await bob("-n", shop.namespace, "delete", "configmap/b");
    expect(await shop.reverted(({ user, object }) => user !== undefined && object.endsWith("/b"))).toMatchObject({ class: "Missing", user: BOB, actor: "Person", confidence: "Certain", operation: "delete" });
  });

  test("a scale, whose entry has no time, and a label that is taken away, which leaves no trace", async () => {
    const [alice, bob] = [await world.as(ALICE), await world.as(BOB)];
    await alice("-n", shop.namespace, "scale", "deployment/web", "--replicas=4");
    expect(await shop.reverted(({ user, path }) => user !== undefined && path === "/spec/replicas")).toMatchObject({ user: ALICE, confidence: "Certain", operation: "Update/scale" });
    await bob("-n", shop.namespace, "label", "deployment/web", "app-");
    expect(await shop.reverted(({ user, path }) => user !== undefined && path === "/metadata/labels/app")).toMatchObject({ class: "Missing", user: BOB, actor: "Person", confidence: "Likely", operation: "patch" });
  });

  test("who acts for somebody else is told with both names; kubectl with an account's identity is a pipeline's", async () => {
    const admin = await world.as("root@example.com");
    await admin("-n", shop.namespace, "--as=carol@example.com", "--as-group=system:masters", "annotate", "configmap/c", "note=mine");
    expect(await shop.reverted(({ user, path }) => user !== undefined && path === "/metadata/annotations/note")).toMatchObject({ user: "carol@example.com (impersonated by root@example.com)", actor: "Person" });
    await admin("-n", shop.namespace, "--as=system:serviceaccount:kube-system:tuner", "--as-group=system:masters", "patch", "configmap/c", "--field-manager=tuner", "--type=merge", "-p", '{"data":{"value":"tuned"}}');
    expect(await shop.reverted(({ user, object, path }) => user !== undefined && object.endsWith("/c") && path === "/data/value")).toMatchObject({ actor: "Person", manager: "tuner", user: expect.stringContaining("system:serviceaccount:kube-system:tuner") as string });
  });

  test("driftless audit-config prints the kubeconfig that this API server was given", async () => {
    const { code, out, err } = await driftless("audit-config", "--url", new URL(world.operator.webhookUrl).origin, "--only", "kubeconfig", "--kubeconfig", world.plane.kubeconfigPath);
    expect(code).toBe(0);
    expect(err).toContain("without https the token is in the address");
    expect(parse(out)).toEqual(parse(await readFile(join(world.plane.dir, "audit-webhook.kubeconfig"), "utf8")));
    const elsewhere = await driftless("audit-config", "--url", "https://hooks.example.com", "-n", "elsewhere", "--kubeconfig", world.plane.kubeconfigPath);
    expect([elsewhere.code, elsewhere.out]).toEqual([1, ""]);
    expect(elsewhere.err).toContain("there is no Secret driftless-installation in namespace elsewhere");
  });

  test("the server tells us who we are, and stores nothing", async () => {
    const review = await world.cluster.client.create({ apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview", metadata: { name: "" } });
    expect(review["status"]).toMatchObject({ userInfo: { username: "kubernetes-admin" } });
  });

  test("the operator tells that events arrive", async () => {
    const log = await readFile(join(world.cluster.dir, "operator.log"), "utf8");
    expect(log).toContain("audit events arrive");
    expect(log).not.toContain('"level":"error"');
  });
});
