import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { ParseCache } from "../../../charts/parse-cache.ts";
import { render, type RenderOptions } from "../../../charts/render.ts";
import type { Rendered } from "../../../charts/rendered.ts";
import { DirectoryTree } from "../../../sources/directory-tree.ts";
import { messageOf } from "../../../src/errors.ts";
import { asJson } from "../../../src/object/kube-object.ts";
import { displayId, idOf } from "../../../src/object/object-id.ts";
import { corpusPath } from "../../support/corpus.ts";
import { digestOf } from "../../support/rendered-digest.ts";

interface Root {
  readonly dir: string;
  readonly flags?: readonly string[];
}

const corpus = corpusPath("kustomize");
const read = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));
const roots = corpus === undefined ? [] : (read(`${corpus}/index.json`) as Root[]);
const failing = corpus === undefined ? [] : (read(`${corpus}/failing.json`) as Root[]);
/** What `kustomize build` v5.8.1 made of each root, as a digest of its objects in its order. */
const digests = read(fileURLToPath(new URL("../../golden/kustomize-corpus.json", import.meta.url))) as Record<string, string>;

/** Fields that later work renders; each root that needs one must say so. A number only ever goes down. */
const NOT_RENDERED = { configurations: 65, replacements: 26, vars: 20, transformers: 6, openapi: 1 };
/** Roots that kustomize builds and that we refuse, as no API server could take what it makes. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  "fluxcd-kustomize-controller/internal/controller/testdata/invalid/overlay": /deployment\.yaml:22: object has no apiVersion/,
  "kubernetes-sigs-kubebuilder/docs/book/src/multiversion-tutorial/testdata/project/config/samples": /cronjob-sample is defined twice/,
  "kubernetes-sigs-kubebuilder/testdata/project-v4-multigroup/config/samples": /wordpress-sample is defined twice/,
  "kubernetes-sigs-kubebuilder/testdata/project-v4-with-plugins/config/samples": /wordpress-sample is defined twice/,
  "kubernetes-sigs-kubebuilder/testdata/project-v4/config/samples": /firstmate-sample is defined twice/,
};

const cache = new ParseCache(256 * 1024 * 1024);
const trees = new Map<string, DirectoryTree>();

function renderRoot({ dir, flags }: Root): Rendered {
  const [repository = ""] = dir.split("/");
  const tree = trees.get(repository) ?? new DirectoryTree(`${corpus}/${repository}`);
  trees.set(repository, tree);
  const options: RenderOptions = { path: dir.slice(repository.length + 1), loadRestriction: flags?.length ? "None" : "RootOnly" };
  return render(tree, options, cache);
}

function outcomeOf(root: Root): { digest: string } | { message: string } {
  try {
    return { digest: digestOf(renderRoot(root).objects.map(({ object }) => asJson(object))) };
  } catch (error) {
    return { message: messageOf(error) };
  }
}

describe.skipIf(corpus === undefined)("the kustomizations of the corpus", () => {
  test("give the objects of kustomize build in its order, or say which field is not supported", { timeout: 60_000 }, () => {
    const fields: Record<string, number> = {};
    const count = { equal: 0, unsupported: 0, refused: 0 };
    const wrong: string[] = [];
    for (const root of roots) {
      const outcome = outcomeOf(root);
      const named = "message" in outcome ? [...outcome.message.matchAll(/: (\w+): is not supported/g)].map(([, field = ""]) => field) : [];
      if ("digest" in outcome && outcome.digest === digests[root.dir]) count.equal += 1;
      else if (named.length > 0) count.unsupported += 1;
      else if ("message" in outcome && REFUSED[root.dir]?.test(outcome.message) === true) count.refused += 1;
      else wrong.push(`${root.dir}: ${"message" in outcome ? outcome.message : "differs"}`);
      for (const field of new Set(named)) fields[field] = (fields[field] ?? 0) + 1;
    }
    expect(wrong).toEqual([]);
    expect(count).toEqual({ equal: 602, unsupported: 92, refused: 5 });
    expect(fields).toEqual(NOT_RENDERED);
  });

  test.each(failing)("$dir fails, as it does in kustomize, and says where", (root) => {
    const outcome = outcomeOf(root);
    expect(outcome).toHaveProperty("message", expect.stringMatching(/^[^\s:]+:\d+|^[^\s:]+: /));
  });
});

const rendered = (dir: string): string[] => renderRoot({ dir }).objects.map(({ object }) => displayId(idOf(object)));

describe.skipIf(corpus === undefined)("three trees that apply on a bare API server", () => {
  test("podinfo: a workload, its Service and its autoscaler", () => {
    expect(rendered("stefanprodan-podinfo/kustomize")).toEqual(["Service podinfo", "Deployment podinfo", "HorizontalPodAutoscaler podinfo"]);
  });

  test("ldap, production overlay: a generated ConfigMap whose new name the Deployment follows", () => {
    const { objects } = renderRoot({ dir: "kubernetes-sigs-kustomize/examples/ldap/overlays/production" });
    expect(objects.map(({ object }) => displayId(idOf(object)))).toEqual([
      "ConfigMap production-ldap-configmap-4d7m6k5b42",
      "Service production-ldap-service",
      "Deployment production-ldap",
    ]);
    expect(JSON.stringify(objects[2]?.object)).toContain('"configMap":{"name":"production-ldap-configmap-4d7m6k5b42"');
    expect(objects[0]?.origin).toEqual({
      file: "examples/ldap/base/kustomization.yaml",
      line: 5,
      overlays: ["examples/ldap/base/kustomization.yaml", "examples/ldap/overlays/production/kustomization.yaml"],
    });
  });

  test("microservices demo: eleven services with their accounts", () => {
    const ids = rendered("GoogleCloudPlatform-microservices-demo/kustomize");
    expect(ids).toHaveLength(35);
    expect(Object.fromEntries(["ServiceAccount", "Service", "Deployment"].map((kind) => [kind, ids.filter((id) => id.startsWith(`${kind} `)).length]))).toEqual({ ServiceAccount: 11, Service: 12, Deployment: 12 });
    expect(ids).toContain("Deployment checkoutservice");
  });
});
