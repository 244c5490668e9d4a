import { describe, expect } from "vitest";
import type { TestContext } from "vitest";
import { commitFiles } from "../../../src/sandbox/git-repo.ts";
import { startGitServer } from "../../../src/sandbox/git-server.ts";
import type { GitRepo, GitServer } from "../../../src/sandbox/git-server.ts";
import { sharedControlPlane } from "../../support/control-plane.ts";
import { configMap } from "../../support/manifests.ts";
import { test } from "../../support/operator.ts";
import { driftless } from "../../support/run-cli.ts";
import { asContent } from "../../support/tenant-objects.ts";
import type { Files } from "../../support/tenant-objects.ts";

const FETCH = { app: { render: { kustomize: { remoteBases: "Fetch" } } } } as const;
const base = (region: string): Files => ({ "app/kustomization.yaml": "resources: [a.yaml]\n", "app/a.yaml": { ...configMap("shared"), data: { region } } });

/** A repository of somebody else, and what was asked of its server. */
async function bases(files: Files, onTestFinished: TestContext["onTestFinished"]): Promise<{ server: GitServer; repo: GitRepo; headers: unknown[] }> {
  const headers: unknown[] = [];
  const server = await startGitServer({ onRequest: (request) => headers.push(request.headers.authorization) });
  onTestFinished(() => server.stop());
  const repo = await server.createRepo("bases");
  await commitFiles(repo.dir, asContent(files));
  return { server, repo, headers };
}

const over = ({ url }: GitRepo, ref = "main"): Files => ({ "kustomization.yaml": `resources:\n- own.yaml\n- ${url}//app?ref=${ref}\n`, "own.yaml": configMap("own") });

describe.concurrent("an Application with a remote base", () => {
  test("is told where it is named, unless remote bases are allowed; then it is applied", async ({ tenant, onTestFinished }) => {
    const { repo } = await bases(base("eu"), onTestFinished);
    const shop = await tenant(over(repo));
    expect(await shop.saying("Application", "Ready", "BuildFailed")).toMatch(/^kustomization\.yaml:3:3: remote base ".*" is not fetched; .*remoteBases: Fetch/);
    await shop.respec("Application", { render: { kustomize: { remoteBases: "Fetch" } } });
    await shop.ready();
    expect(await shop.dataOf("shared")).toEqual({ region: "eu" });
    const planned = await driftless("plan", "app", "-n", shop.namespace, "--kubeconfig", sharedControlPlane().kubeconfigPath);
    expect([planned.code, planned.err]).toEqual([0, ""]);
  });

  test("follows its branch when it is looked at again, and asks for nothing in between", async ({ tenant, onTestFinished }) => {
    const { repo, headers } = await bases(base("eu"), onTestFinished);
    const shop = await tenant(over(repo), FETCH);
    await shop.ready();
    const asked = headers.length;
    await commitFiles(repo.dir, asContent(base("us")));
    await shop.kubectl("patch", "configmap/own", "--type=merge", "-p", '{"data":{"changed":"by hand"}}');
    await shop.until("it is put back", () => (shop.report?.status?.revertedTotal ?? 0) >= 1);
    expect(headers).toHaveLength(asked);
    await shop.handled("Application");
    await shop.until("the new base is live", () => JSON.stringify(shop.view.get("ConfigMap", "shared")).includes('"us"'));
    await commitFiles(repo.dir, asContent(base("ap")));
    await shop.commit({ "own.yaml": configMap("own", { value: "other" }) });
    await shop.until("the newest base is live", () => JSON.stringify(shop.view.get("ConfigMap", "shared")).includes('"ap"'));
    await shop.ready();
    expect(new Set(headers)).toEqual(new Set([undefined]));
  });

  test("whose server is down says so with file and line, deletes nothing, and comes back by itself", async ({ tenant, onTestFinished }) => {
    const { server, repo } = await bases(base("eu"), onTestFinished);
    const shop = await tenant(over(repo), FETCH);
    await shop.ready();
    await server.stop();
    await shop.commit({ "own.yaml": configMap("own", { value: "other" }) });
    expect(await shop.saying("Application", "Ready", "GitUnreachable")).toMatch(/^kustomization\.yaml:3:3: remote base cannot be had: http:\/\/127\.0\.0\.1:\d+\/bases\.git: /);
    expect(await shop.dataOf("shared")).toEqual({ region: "eu" });
    const again = await startGitServer({ port: Number(new URL(server.url).port) });
    onTestFinished(() => again.stop());
    const { dir } = await again.createRepo("bases");
    await commitFiles(dir, asContent(base("us")));
    await shop.until("it is applied", () => JSON.stringify(shop.view.get("ConfigMap", "shared")).includes('"us"'));
    await shop.ready();
  });

  test("that is hostile or not there is told with its place, and harms nobody", async ({ tenant, onTestFinished }) => {
    const { repo } = await bases({ "app/kustomization.yaml": "resources: [../../own.yaml]\n" }, onTestFinished);
    const shop = await tenant({ "own.yaml": configMap("own") }, FETCH);
    await shop.ready();
    await shop.commit(over(repo));
    expect(await shop.saying("Application", "Ready", "BuildFailed")).toMatch(/bases\.git@main\/app\/kustomization\.yaml:1:\d+: "\.\.\/\.\.\/own\.yaml" leads out of the repository/);
    await shop.commit(over(repo, "gone"));
    expect(await shop.saying("Application", "Ready", "RefNotFound")).toMatch(/^kustomization\.yaml:3:3: remote base cannot be had: .*branch "gone" not found/);
    expect(await shop.dataOf("own")).toBeDefined();
  });
});
