import { expect, test } from "vitest";
import { render, type RenderOptions } from "../../../charts/render.ts";
import { memoryTree } from "../../support/memory-tree.ts";

const files = {
  "app/kustomization.yaml": "resources: [a.yaml]\nconfigMapGenerator: [{name: made, literals: ['region=${REGION}']}]\n",
  "app/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {region: '${REGION}', token: '${TOKEN:-none}'}\n",
};
const variables = new Map([["REGION", { value: "eu", secret: false }], ["TOKEN", { value: "s3cret", secret: true }], ["STAGE", { value: "prod", secret: false }]]);

const rendered = (options: Partial<RenderOptions>) => render(memoryTree(files), { path: "app", ...options }).objects.map(({ object, secrets }) => [object.metadata.name, object["data"], secrets]);

test("without variables texts stay as they are", () => {
  expect(rendered({})[0]).toEqual(["a", { region: "${REGION}", token: "${TOKEN:-none}" }, undefined]);
});

test("variables are put in last: over the Application's layer, and not into what names are hashed from", () => {
  const overlay = { namePrefix: "${STAGE}-", patches: [{ target: { name: "a" }, patch: '[{"op": "add", "path": "/data/stage", "value": "${STAGE}"}]' }] };
  const [, hashed] = rendered({ overlay: { namePrefix: "prod-" } });
  expect(rendered({ overlay, variables })).toEqual([
    ["prod-a", { region: "eu", token: "s3cret", stage: "prod" }, ["s3cret"]],
    [hashed?.[0], { region: "eu" }, undefined],
  ]);
});

test("what is missing is told at once with what else is wrong", () => {
  const broken = { ...files, "app/a.yaml": `${files["app/a.yaml"]}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: '\${NONE}', labels: {x: '\${OTHER}'}}\n` };
  const problem = ((): string => {
    try {
      render(memoryTree(broken), { path: "app", variables });
    } catch (error) {
      return (error as Error).message; // render throws nothing else
    }
    return "it rendered";
  })();
  expect(problem).toMatch(/^app\/a\.yaml:6: ConfigMap \$\{NONE\}, metadata\.name: variable NONE is not set/m);
  expect(problem).toMatch(/^app\/a\.yaml:6: .* metadata\.labels\.x: variable OTHER is not set/m);
});
