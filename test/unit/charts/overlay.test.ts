import { describe, expect, test } from "vitest";
import { render, type RenderOptions } from "../../../charts/render.ts";
import type { KustomizeSpec } from "../../../src/api/render-spec.ts";
import { writeGoYaml } from "../../../src/object/go-yaml-write.ts";
import { asJson } from "../../../src/object/kube-object.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import { memoryTree } from "../../support/memory-tree.ts";

const OBJECTS = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "shop/web:1", envFrom: [{configMapRef: {name: settings}}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;

const GENERATING = "resources: [objects.yaml]\nconfigMapGenerator: [{name: settings, literals: [colour=red]}]\n";

const BASES = {
  "a folder of manifests": { "app/objects.yaml": OBJECTS },
  "a kustomization with generated names": { "app/kustomization.yaml": GENERATING, "app/objects.yaml": OBJECTS },
};

const COMPONENT = {
  "components/extra/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [extra.yaml]\nreplicas: [{name: web, count: 7}]\n",
  "components/extra/extra.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\n",
};

/** Spec of the overlay and, where it is written otherwise there, what a kustomization.yaml says for it. */
const OVERLAYS: Readonly<Record<string, readonly [KustomizeSpec, JsonObject?]>> = {
  "a prefix and a suffix, references included": [{ namePrefix: "eu-", nameSuffix: "-1" }],
  "a namespace": [{ namespace: "shop" }],
  "images": [{ images: [{ name: "shop/web", newName: "mirror/web", newTag: "2" }] }],
  "a digest": [{ images: [{ name: "shop/web", digest: "sha256:00" }] }],
  "replicas, by the name before the prefix": [{ namePrefix: "eu-", replicas: [{ name: "web", count: 3 }] }],
  "labels of the objects alone": [{ commonMetadata: { labels: { team: "shop" } } }, { labels: [{ pairs: { team: "shop" } }] }],
  "components, before everything else of it": [{ components: ["../components/extra"], namePrefix: "eu-" }],
  "a strategic merge patch": [{ patches: [{ patch: "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: web, env: [{name: A, value: b}]}]}}}\n" }] }],
  "a JSON patch of what a target selects": [{ patches: [{ target: { kind: "Deployment|Service", name: "w.*" }, patch: '[{"op": "add", "path": "/metadata/annotations", "value": {"a": "b"}}]' }] }],
};

const yamlOf = (files: Readonly<Record<string, string>>, options: RenderOptions): string[] => render(memoryTree(files), options).objects.map(({ object }) => writeGoYaml(asJson(object)));

function problemsOf(overlay: KustomizeSpec, more: Readonly<Record<string, string>> = {}): string {
  try {
    yamlOf({ ...BASES["a folder of manifests"], ...more }, { path: "app", overlay });
  } catch (error) {
    return (error as Error).message; // render throws nothing else
  }
  throw new Error("it rendered");
}

describe.each(Object.entries(BASES))("over %s", (_name, base) => {
  test.each(Object.entries(OVERLAYS))("the Application's layer has %s, as a kustomization.yaml over it would", (_what, [overlay, written]) => {
    const isPlain = !("app/kustomization.yaml" in base);
    const files = { ...base, ...COMPONENT, ...(isPlain ? { "app/kustomization.yaml": "resources: [objects.yaml]\n" } : {}), "over/kustomization.yaml": JSON.stringify({ resources: ["../app"], ...(written ?? overlay) }) };
    expect(yamlOf({ ...base, ...COMPONENT }, { path: "app", overlay })).toEqual(yamlOf(files, { path: "over" }));
  });

  test.each([{}, { images: [] }, { namePrefix: "", commonMetadata: {} }])("a layer that says nothing changes nothing: %j", (overlay) => {
    expect(yamlOf(base, { path: "app", overlay })).toEqual(yamlOf(base, { path: "app" }));
  });
});

test("annotations are put on the objects, and on no template, which would roll out anew", () => {
  const { objects } = render(memoryTree(BASES["a folder of manifests"]), { path: "app", overlay: { commonMetadata: { annotations: { owner: "ann" } } } });
  expect(objects.map(({ object }) => object.metadata.annotations)).toEqual([{ owner: "ann" }, { owner: "ann" }]);
  expect(JSON.stringify(objects).match(/"owner"/g)).toHaveLength(2);
});

test("an object that the layer changed says so in its origin", () => {
  const { objects } = render(memoryTree(BASES["a kustomization with generated names"]), { path: "app", overlay: { replicas: [{ name: "web", count: 2 }] } });
  expect(objects.map(({ object, origin }) => [object.kind, origin.overlays])).toEqual([
    ["ConfigMap", ["app/kustomization.yaml"]],
    ["Service", ["app/kustomization.yaml"]],
    ["Deployment", ["app/kustomization.yaml", "spec.render.kustomize"]],
  ]);
});

test.each<readonly [string, KustomizeSpec, RegExp]>([
  ["a patch that fits no object", { patches: [{ patch: "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n" }, { target: { kind: "Service" }, patch: '[{"op": "remove", "path": "/spec/nothing"}]' }] }, /^spec\.render\.kustomize\.patches\[1\]: .*nothing/],
  ["a patch that is no YAML", { patches: [{ patch: "a: [1" }] }, /^spec\.render\.kustomize\.patches\[0\]: .*patch:1:6: /],
  ["replicas of nothing", { replicas: [{ name: "absent", count: 1 }] }, /^spec\.render\.kustomize\.replicas\[0\]: .*absent/],
  ["a component outside the repository", { components: ["../../elsewhere"] }, /^spec\.render\.kustomize\.components\[0\]: "\.\.\/\.\.\/elsewhere" leads out of the repository/],
  ["a component that is not there", { components: ["none"] }, /^spec\.render\.kustomize\.components\[0\]: "none" not found/],
  ["a component that is fetched", { components: ["https://example.org/x.git"] }, /^spec\.render\.kustomize\.components\[0\]: remote base/],
  ["a component that leads back to the path", { components: [".."] }, /^spec\.render\.kustomize\.components\[0\]: .*cycle/],
])("%s is told with its field", (_what, overlay, message) => expect(problemsOf(overlay)).toMatch(message));

test("what is wrong in the folder is told before its layer is looked at", () => {
  expect(problemsOf({ components: ["none"] }, { "app/x.yaml": "kind: Pod\n" })).toMatch(/^app\/x\.yaml:1: object has no apiVersion/);
});
