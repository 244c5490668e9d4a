import { describe, expect, test } from "vitest";
import { render } from "../../../charts/render.ts";
import type { Rendered } from "../../../charts/rendered.ts";
import { DirectoryTree } from "../../../sources/directory-tree.ts";
import { displayId, idOf } from "../../../src/object/object-id.ts";
import { corpusPath } from "../../support/corpus.ts";

const corpus = corpusPath("kustomize");

function renderRoot(dir: string): Rendered {
  const [repository = ""] = dir.split("/");
  return render(new DirectoryTree(`${corpus}/${repository}`), { path: dir.slice(repository.length + 1) });
}

const rendered = (dir: string): string[] => renderRoot(dir).objects.map(({ object }) => displayId(idOf(object)));

describe.skipIf(corpus === undefined)("three trees that apply on a bare API server", () => {
  test("podinfo: a workload, its Service and its autoscaler", () => {
    expect(rendered("stefanprodan-podinfo/kustomize")).toEqual(["Service podinfo", "Deployment podinfo", "HorizontalPodAutoscaler podinfo"]);
  });

  test("ldap, production overlay: a generated ConfigMap whose new name the Deployment follows", () => {
    const { objects } = renderRoot("kubernetes-sigs-kustomize/examples/ldap/overlays/production");
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
