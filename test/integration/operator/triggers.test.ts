import { createHmac } from "node:crypto";
import { describe, expect } from "vitest";
import type { GitRequest } from "../../../src/sandbox/git-server.ts";
import { commitFiles } from "../../../src/sandbox/git-repo.ts";
import { configMap, deployment, service } from "../../support/manifests.ts";
import { operatorRequests, sharedOperator, test } from "../../support/operator.ts";
import type { OpenTenant } from "../../support/operator.ts";
import type { Tenant } from "../../support/tenant.ts";

const TOKEN = "a token of the test";

async function hookedTenant(tenant: OpenTenant): Promise<Tenant> {
  return tenant({ "a.yaml": configMap("a") }, {
    source: { webhook: { secretRef: { name: "hook" } } },
    before: async (shop) => void (await shop.apply({ apiVersion: "v1", kind: "Secret", metadata: { name: "hook", namespace: shop.namespace }, stringData: { token: TOKEN } })),
  });
}

/** Calls a path of the webhook port as a Git host does; answers with the status. */
async function call(path: string, token: string): Promise<number> {
  const body = JSON.stringify({ ref: "refs/heads/main" });
  const signature = `sha256=${createHmac("sha256", token).update(body).digest("hex")}`;
  return (await fetch(`${(await sharedOperator()).webhookUrl}${path}`, { method: "POST", body, headers: { "x-hub-signature-256": signature } })).status;
}

describe.concurrent("a webhook call", () => {
  test("with the right signature brings a commit long before the interval would", async ({ tenant }) => {
    const shop = await hookedTenant(tenant);
    await shop.ready();
    const commit = await commitFiles(shop.repo.dir, { "a.yaml": JSON.stringify(configMap("a", { value: "two" })) });
    expect(await call(shop.source?.status?.webhookPath ?? "", TOKEN)).toBe(202);
    await shop.ready(commit);
    expect(await shop.dataOf("a")).toEqual({ value: "two" });
  });

  test("with a wrong signature is refused, one to an unknown path finds nothing", async ({ tenant }) => {
    const shop = await hookedTenant(tenant);
    await shop.ready();
    const path = shop.source?.status?.webhookPath ?? "";
    expect(path).toMatch(/^\/hooks\/[0-9a-f]{64}$/);
    expect(await call(path, "another token")).toBe(401);
    expect(await call(path.replace(/.{8}$/, "00000000"), TOKEN)).toBe(404);
    expect(await call("/", TOKEN)).toBe(404);
  });
});

describe.concurrent("suspend", () => {
  test("on an Application stops corrections until it is taken away", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") });
    await shop.ready();
    await shop.respec("Application", { suspend: true });
    await shop.saying("Application", "Ready", "Suspended");
    await shop.kubectl("patch", "configmap/a", "--type=merge", "-p", '{"data":{"value":"by hand"}}');
    await shop.handled("Application");
    expect(await shop.dataOf("a")).toEqual({ value: "by hand" });
    expect(shop.condition("Application", "Ready")).toMatchObject({ status: "Unknown", reason: "Suspended" });
    await shop.respec("Application", { suspend: false });
    await shop.reverted(({ path }) => path === "/data/value");
    await shop.ready();
  });

  test("on a GitSource stops look-ups until it is taken away; what was fetched stays in use", async ({ tenant }) => {
    const requests: GitRequest[] = [];
    const shop = await tenant({ "a.yaml": configMap("a") }, { server: { onRequest: (request) => requests.push(request) } });
    await shop.ready();
    await shop.respec("GitSource", { suspend: true });
    await shop.saying("GitSource", "Ready", "Suspended");
    const before = requests.length;
    const commit = await shop.commit({ "a.yaml": configMap("a", { value: "two" }) });
    await shop.handled("GitSource");
    expect(requests.length).toBe(before);
    await shop.kubectl("delete", "configmap/a");
    await shop.reverted(({ class: kind }) => kind === "Missing");
    expect(await shop.dataOf("a")).toEqual({ value: "one" });
    await shop.respec("GitSource", { suspend: false });
    await shop.ready(commit);
  });
});

test("a request by annotation is answered, and asks nothing about objects where nothing changed", async ({ tenant }) => {
  const files = { "web.yaml": deployment("web", 2), "service.yaml": service("web"), "a.yaml": configMap("a"), "b.yaml": configMap("b") };
  const shop = await tenant(files, { watch: [{ apiVersion: "v1", kind: "Pod" }] });
  await shop.ready();
  const before = (await operatorRequests(shop.namespace)).length;
  await shop.handled("Application");
  await shop.handled("GitSource");
  await shop.handled("Application");
  const asked = (await operatorRequests(shop.namespace)).slice(before).filter(({ objectRef }) => objectRef?.resource !== "events");
  expect(new Set(asked.map(({ verb, objectRef }) => `${verb} ${objectRef?.resource}/${objectRef?.subresource}`))).toEqual(new Set(["patch applications/status", "patch gitsources/status"]));
});
