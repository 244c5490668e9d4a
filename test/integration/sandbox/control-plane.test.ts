import { existsSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startControlPlane, type ControlPlane } from "../../../src/sandbox/control-plane.ts";
import { auditLines } from "../../support/audit-lines.ts";
import { pollUntil } from "../../../src/sandbox/poll.ts";
import { KUBERNETES_VERSION } from "../../../src/sandbox/versions.ts";
import { kubectl, type KubectlOptions } from "../../support/control-plane.ts";

let first: ControlPlane;
let second: ControlPlane;

beforeAll(async () => {
  [first, second] = await Promise.all([
    startControlPlane({ tier: "api", auditLog: "audit.log" }),
    startControlPlane({ tier: "api" }),
  ]);
});

afterAll(async () => {
  await Promise.all([first?.stop(), second?.stop()]);
});

const as = (plane: ControlPlane): KubectlOptions => ({ kubectl: plane.assets.kubectl, kubeconfigPath: plane.kubeconfigPath });

test("kubectl and the API server are of the pinned version", async () => {
  const versions: unknown = JSON.parse(await kubectl(["version", "-o", "json"], as(first)));
  expect(versions).toMatchObject({
    clientVersion: { gitVersion: KUBERNETES_VERSION, major: "1", minor: "36" },
    serverVersion: { gitVersion: KUBERNETES_VERSION, major: "1", minor: "36" },
  });
});

test("two control planes run side by side and know nothing of each other", async () => {
  await kubectl(["create", "namespace", "only-here"], as(first));
  await expect(kubectl(["get", "namespace", "only-here"], as(second))).rejects.toThrow("NotFound");
});

test("a user without a role is refused, in the namespace of the kubeconfig", async () => {
  const kubeconfigPath = await first.writeKubeconfig({ name: "alice", user: "alice", groups: ["shop-team"], namespace: "only-here" });
  const asAlice = { ...as(first), kubeconfigPath };
  await expect(kubectl(["get", "configmaps"], asAlice)).rejects.toThrow(/User "alice" cannot list .*"only-here"/);
  await kubectl(["-n", "only-here", "create", "role", "reader", "--verb=list", "--resource=configmaps"], as(first));
  await kubectl(["-n", "only-here", "create", "rolebinding", "team", "--role=reader", "--group=shop-team"], as(first));
  const probe = async (): Promise<boolean> => (await kubectl(["get", "configmaps"], asAlice)) === "";
  await pollUntil({ what: "the API server knows the new binding", deadlineMs: 5_000, probe });
});

test("the audit log names user agents", async () => {
  await kubectl(["get", "namespaces"], as(first));
  const events = (await auditLines(first.auditLog ?? "")).map((line): unknown => JSON.parse(line));
  expect(events).toContainEqual(
    expect.objectContaining({ verb: "list", stage: "ResponseComplete", userAgent: expect.stringMatching(/^kubectl\/v1\.36/) }),
  );
});

test("an API server that was killed comes back with its objects", async () => {
  await kubectl(["create", "namespace", "survives"], as(second));
  await second.kill("kube-apiserver");
  await expect(kubectl(["get", "namespaces", "--request-timeout=1s"], as(second))).rejects.toThrow("refused");
  await second.restart("kube-apiserver");
  await expect(kubectl(["get", "namespace", "survives", "-o", "name"], as(second))).resolves.toBe("namespace/survives\n");
});

test("a failed start shows the component's own words", async () => {
  const failed = startControlPlane({ tier: "api", assets: first.assets, apiServerFlags: ["--no-such-flag"] });
  await expect(failed).rejects.toThrow(/kube-apiserver ended with 1 during the start[^]*unknown flag: --no-such-flag/);
});

test("a start can be aborted", async () => {
  const reason = new Error("enough");
  await expect(startControlPlane({ tier: "api", assets: first.assets, signal: AbortSignal.abort(reason) })).rejects.toThrow();
});

test("stop removes the folder and may be called twice", async () => {
  const plane = await startControlPlane({ tier: "api", assets: first.assets });
  expect(existsSync(plane.dir)).toBe(true);
  await plane.stop();
  await plane.stop();
  expect(existsSync(plane.dir)).toBe(false);
});
