import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { describe, expect } from "vitest";
import { corpusPath } from "../../support/corpus.ts";
import { isDone, operatorRequests, test } from "../../support/operator.ts";
import type { AuditEvent } from "../../support/operator.ts";

/** Real trees of core kinds: what to commit of a repository, which folder is built, and how many objects that gives. */
const trees = [
  { repository: "GoogleCloudPlatform-microservices-demo", folder: "kustomize", path: "kustomize", objects: 35 },
  { repository: "argoproj-argo-cd", folder: "manifests", path: "manifests/base", objects: 50 },
  { repository: "kubeflow-manifests", folder: "applications/pipeline/upstream", path: "applications/pipeline/upstream/base/pipeline", objects: 39 },
];

describe.skipIf(corpusPath("kustomize") === undefined).concurrent("a tree of the corpus", () => {
  for (const { repository, folder, path, objects } of trees) {
    test(`${repository}/${path} becomes live and healthy, and is left in peace then`, async ({ tenant }) => {
      const shop = await tenant(await filesBelow(corpusPath("kustomize", repository) ?? "", folder), { role: "cluster-admin", app: { path } });
      await shop.ready();
      expect(shop.app?.status?.objects).toBe(objects);
      const before = (await writesOfObjects(shop.namespace)).length;
      expect(before).toBe(objects);
      await shop.handled("Application");
      expect((await writesOfObjects(shop.namespace)).slice(before)).toEqual([]);
      expect(shop.report).toBeUndefined();
    });
  }
});

/** Writes by the operator besides those of its own kinds, of what it stores and of Events. */
async function writesOfObjects(namespace: string): Promise<string[]> {
  const requests = await operatorRequests(namespace);
  const own = ["applications", "gitsources", "driftreports", "releases", "events"];
  const isOwn = ({ objectRef: { resource = "", name = "" } = {} }: AuditEvent): boolean => own.includes(resource) || (resource === "secrets" && name.includes("-last-good-"));
  return requests.filter(isDone).filter((request) => !["get", "list"].includes(request.verb) && !isOwn(request)).map(({ verb, requestURI }) => `${verb} ${requestURI}`);
}

async function filesBelow(root: string, folder: string): Promise<Record<string, Buffer>> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [relative(root, path), await readFile(path)] as const)));
}
