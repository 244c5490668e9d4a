import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { configMap } from "../../support/manifests.ts";
import { startOwnPlane } from "../../support/own-plane.ts";
import type { OwnPlane } from "../../support/own-plane.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const stack = new AsyncDisposableStack();
let plane: OwnPlane;
let bundle: string;

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), "driftless-test-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  bundle = join(dir, "driftless.mjs");
  await promisify(execFile)(process.execPath, ["scripts/build.ts", bundle], { cwd: ROOT });
  plane = await startOwnPlane(stack);
});
afterAll(() => stack.disposeAsync());

/** Takes seconds to read, and leaves one small object. */
const LARGE = {
  "kustomization.yaml": "resources: [a.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: '[{\"op\": \"remove\", \"path\": \"/data\"}]'\n",
  "a.yaml": `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: large}\ndata:\n${Array.from({ length: 200_000 }, (_, index) => `  key-${index}: "value ${index}"\n`).join("")}`,
};

const isAfter = (later: KubeObject | undefined, earlier: KubeObject): boolean => Number(later?.metadata.resourceVersion) > Number(earlier.metadata.resourceVersion);

test("the bundled operator reverts drift of one Application while it renders a large tree for another", async () => {
  const operator = await plane.operator(bundle);
  const web = await plane.shop({ "web.yaml": configMap("web") });
  const large = await plane.shop({ "a.yaml": configMap("large") });
  await Promise.all([web.ready(), large.ready()]);
  const rendered = (): number => operator.lines.filter(({ message, application }) => message === "rendered" && application === `${large.namespace}/app`).length;
  const before = rendered();
  const wanted = await web.dataOf("web");

  const commit = await large.commit(LARGE);
  await large.until("the large tree is fetched", () => large.source?.status?.artifact?.revision.endsWith(commit) === true);
  const drifted = await web.cluster.client.patch({ apiVersion: "v1", kind: "ConfigMap", namespace: web.namespace, name: "web" }, { data: { value: "drifted" } }, { type: "merge" });
  await web.until("the drift is reverted", () => isAfter(web.view.get("ConfigMap", "web"), drifted) && !JSON.stringify(web.view.get("ConfigMap", "web")).includes("drifted"));
  expect(rendered()).toBe(before);

  await large.ready(commit);
  expect([rendered(), await large.dataOf("large"), await web.dataOf("web")]).toEqual([before + 1, undefined, wanted]);
  expect(operator.lines.filter(({ level }) => level === "error")).toEqual([]);
});
