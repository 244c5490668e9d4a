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
    "chart/Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\ndeprecated: true\n",
    "chart/values.yaml": "a: one\nb: {c: two}\n",
    "chart/crds/c.yaml": "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: c}\n",
    "chart/templates/a.yaml": `# a comment\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}", namespace: "{{ .Release.Namespace }}"}\ndata: {text: "{{ .Values.a }} {{ .Values.b.c }} {{ .Values.d }}", kube: "{{ .Capabilities.KubeVersion }}", has: {{ .Capabilities.APIVersions.Has "x/v1" | quote }}}\n`,
    "chart/templates/h.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: hook, annotations: {helm.sh/hook: pre-install}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: test, annotations: {helm.sh/hook: test}}\n",
    "values/one.yaml": "a: file\nd: file\n",
    "values/two.yaml": "d: second\n",
    "values/text.txt": "from a file",
    "bad/Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\n",
    "bad/templates/a.yaml": "a: 1\nb: {{ .Values.x.y }}\n",
    "apps/chart.yaml": "apiVersion: driftless.dev/v1alpha1\nkind: Application\nmetadata: {name: shop, namespace: eu}\nspec:\n  sourceRef: {kind: GitSource, name: shop}\n  path: chart\n  render:\n    helm: {valuesFiles: [../values/two.yaml], values: {a: inline}, valuesFrom: [{kind: Secret, name: login}], includeCrds: false}\n    kustomize: {nameSuffix: -x}\n",
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

const section = (source: string, text: string): string => `---\n# Source: app/${source}\n${text}\n`;
const chart = (...flags: readonly string[]): ReturnType<typeof driftless> => driftless("render", join(dir, "chart"), "--helm", ...flags);

describe("driftless render --helm", () => {
  const main = (name: string, namespace: string, text: string, kube = "v1.37.0", has = "false"): string =>
    section("templates/a.yaml", `# a comment\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${name}", namespace: "${namespace}"}\ndata: {text: "${text}", kube: "${kube}", has: "${has}"}`);
  const hook = section("templates/h.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: hook, annotations: {helm.sh/hook: pre-install}}\n");

  test("prints what helm template prints, comments kept, and warnings on standard error", async () => {
    const { code, out, err } = await chart("--skip-tests");
    expect({ code, err }).toEqual({ code: 0, err: "warning: .: this chart is deprecated\n" });
    expect(out).toBe(main("release-name", "default", "one two ") + hook);
  });

  test("takes helm's flags", async () => {
    const crds = section("crds/c.yaml", "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: c}\n");
    const { out } = await chart(
      "--no-hooks", "--include-crds", "--release-name", "rel", "-n", "ns", "--kube-version", "1.30.1", "-a", "x/v1",
      "-f", join(dir, "values/one.yaml"), "--values", join(dir, "values/two.yaml"), "--set", "b.c=3", "--set-file", `a=${join(dir, "values/text.txt")}`,
    );
    expect(out).toBe(crds + main("rel", "ns", "from a file 3 second", "v1.30.1", "true"));
    expect((await chart("--no-hooks", "--set-json", "b={\"c\":[1]}", "--set-string", "d=1", "--set-literal", "a=x,y")).out).toBe(main("release-name", "default", "x,y [1] 1"));
  });

  test("tells a mistake with the template's line", async () => {
    const { code, err } = await driftless("render", join(dir, "bad"), "--helm");
    expect(code).toBe(1);
    expect(err).toMatch(/templates\/a\.yaml:2:\d+: /);
    expect((await chart("-f", join(dir, "values/gone.yaml"))).err).toMatch(/values\/gone\.yaml cannot be read/);
  });

  test("is not needed for an Application over a chart, which is rendered as it says", async () => {
    const { code, out, err } = await driftless("render", dir, "-f", join(dir, "apps/chart.yaml"));
    expect([code, err]).toEqual([0, "warning: no cluster is asked: the values of Secret login are left out\nwarning: chart: this chart is deprecated\n"]);
    expect(out).toContain("name: shop-x\n  namespace: eu\n");
    expect(out).toContain("text: 'inline two second'".replaceAll("'", ""));
    expect(out).not.toContain("CustomResourceDefinition");
  });
});
