import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { driftless } from "../../../support/run-cli.ts";

let dir: string;
const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  size: 9007199254740993\n`;
const APPLICATION = `apiVersion: driftless.dev/v1alpha1
kind: Application
metadata: {name: shop, namespace: shop}
spec:
  sourceRef: {kind: GitSource, name: shop}
  path: vars
  render:
    kustomize: {nameSuffix: -eu}
    substitute:
      vars: {REGION: eu, STAGE: test}
      from: [{kind: Secret, name: login}]
`;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "render-"));
  const files = {
    "tree/.git/HEAD": "ref: refs/heads/main\n",
    "tree/base/kustomization.yaml": "resources: [shop.yaml]\n",
    "tree/base/shop.yaml": configMap("shop").replace("9007199254740993", "'1'"),
    "tree/overlays/prod/kustomization.yaml": "resources: [../../base]\nnamePrefix: prod-\n",
    "plain/a.yaml": configMap("a"),
    "tree/apps/shop.yaml": APPLICATION,
    "tree/apps/two.yaml": `${APPLICATION}---\n${APPLICATION}`,
    "tree/apps/wrong.yaml": APPLICATION.replace("path:", "paths:"),
    "tree/vars/a.yaml": configMap("a").replace("9007199254740993", "${REGION}-${STAGE}-${TOKEN:-none}"),
    "broken/a.yaml": "apiVersion: v1\nkind: [\n",
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe("driftless render", () => {
  test("builds an overlay whose base lies elsewhere in the same work tree", async () => {
    const { code, out, err } = await driftless("render", join(dir, "tree/overlays/prod"));
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toBe("apiVersion: v1\ndata:\n  size: '1'\nkind: ConfigMap\nmetadata:\n  name: prod-shop\n".replaceAll("'", '"'));
  });

  test("takes a folder below another by --path", async () => {
    expect((await driftless("render", join(dir, "tree"), "--path", "overlays/prod")).out).toContain("name: prod-shop");
  });

  test("writes JSON whose integers are exact", async () => {
    const { out } = await driftless("render", join(dir, "plain"), "-o", "json");
    expect(out).toBe('{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"size":9007199254740993}}]}\n');
  });

  test("tells a mistake in one line with its file and line", async () => {
    const { code, out, err } = await driftless("render", join(dir, "broken"));
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^error: broken\/a\.yaml:\d+:\d+: .*\n$|^error: a\.yaml:\d+:\d+: .*\n$/);
  });

  test("tells that there is no such folder", async () => {
    const inside = await driftless("render", join(dir, "tree/overlays/test"));
    const outside = await driftless("render", join(dir, "nowhere"));
    expect([inside.code, outside.code]).toEqual([1, 1]);
    expect(inside.err).toContain('path "overlays/test" not found; overlays contains prod/');
    expect(outside.err).toContain("there is no such directory");
  });

  test("renders as an Application would, its path and variables included, with those of the command line above them", async () => {
    const { code, out, err } = await driftless("render", join(dir, "tree"), "-f", join(dir, "tree/apps/shop.yaml"), "--substitute", "STAGE=prod=1", "--substitute", "OTHER=");
    expect([code, out]).toEqual([0, expect.stringContaining("data:\n  size: eu-prod=1-none\nkind: ConfigMap\nmetadata:\n  name: a-eu\n")]);
    expect(err).toBe("warning: no cluster is asked: what Secret login would give has to be given with --substitute NAME=VALUE\n");
  });

  test("tells which variables are missing", async () => {
    const { code, err } = await driftless("render", join(dir, "tree/vars"), "--substitute", "REGION=eu");
    expect([code, err]).toEqual([1, expect.stringMatching(/^error: vars\/a\.yaml:1: ConfigMap a, data\.size: variable STAGE is not set/)]);
  });

  test.each([
    ["two.yaml", /two\.yaml holds 2 Applications; give a file with one/],
    ["wrong.yaml", /wrong\.yaml:1: spec\.paths: .*unknown|wrong\.yaml:1: .*paths/],
    ["absent.yaml", /absent\.yaml cannot be read: /],
    ["../vars/a.yaml", /vars\/a\.yaml holds no Application/],
  ])("does not render as %s says", async (file, message) => {
    const { code, err } = await driftless("render", join(dir, "tree"), "-f", join(dir, "tree/apps", file));
    expect([code, err]).toEqual([1, expect.stringMatching(message)]);
  });

  test.each([["=x"], ["A-B=x"], ["A"]])("takes no %j for a variable", async (text) => {
    expect((await driftless("render", join(dir, "plain"), "--substitute", text)).err).toContain("Write NAME=VALUE");
  });

  test.each([
    [["a", "--repo", "https://git.example/x"], "give a folder or --repo, not both"],
    [["a", "--ref", "main"], "--ref is for --repo; a folder is rendered as it lies there"],
  ])("explains %j", async (args, message) => {
    const { code, err } = await driftless("render", ...args);
    expect(code).toBe(1);
    expect(err).toContain(message);
  });
});
