import { describe, expect, test } from "vitest";
import type { HelmOptions } from "../../../charts/helm-options.ts";
import { needKey, type Answer, type Need } from "../../../charts/needs.ts";
import { RenderCache } from "../../../charts/render-cache.ts";
import { render, type RenderOptions } from "../../../charts/render.ts";
import type { Rendered } from "../../../charts/rendered.ts";
import type { HelmSpec } from "../../../src/api/render-spec.ts";
import type { Json } from "../../../src/object/json.ts";
import { memoryTree } from "../../support/memory-tree.ts";

const map = (name: string, data: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata:\n  text: ${data}\n`;
const CHART = { "app/Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\n", "app/values.yaml": "a: one\nb: {c: two}\n" };
const AT = { file: "app/Chart.yaml" };
const HOUR = 3_600_000;

const optionsOf = (spec: HelmSpec = {}, more: Partial<HelmOptions> = {}): HelmOptions => ({
  spec, release: { name: "web", namespace: "shop" }, random: { secret: new Uint8Array(32).fill(7), identity: "uid" }, clock: 0, asksCluster: false, ...more,
});
const answersOf = (...pairs: readonly (readonly [Need, Json])[]): Map<string, Answer> => new Map(pairs.map(([need, value]) => [needKey(need), { kind: "Value", value }]));
const rendered = (files: Readonly<Record<string, string>>, spec?: HelmSpec, more: Omit<Partial<RenderOptions>, "helm"> & { helm?: Partial<HelmOptions> } = {}): Rendered =>
  render(memoryTree({ ...CHART, ...files }), { path: "app", ...more, helm: optionsOf(spec, more.helm) });
const texts = ({ objects }: Rendered): unknown[] => objects.map(({ object }) => (object["data"] as { text?: unknown } | undefined)?.text);
const names = ({ objects }: Rendered): string[] => objects.map(({ object }) => `${object.kind} ${object.metadata.name}`);

describe("a path that is a chart", () => {
  const shown = { "app/templates/a.yaml": map("a", "{{ .Release.Name }} {{ .Release.Namespace }} {{ .Values.a }} {{ .Values.b.c }} {{ .Values.d }}") };

  test("is rendered with the values that the Application gives, the last one counts", () => {
    expect(texts(rendered(shown))).toEqual(["web shop one two"]);
    const files = { ...shown, "values/prod.yaml": "a: file\nb: {c: file}\nd: file\n", "app/x.yaml": "d: second\n" };
    const valuesFrom = [{ name: "ConfigMap x, key values.yaml", text: "b: {c: from}\nd: from\n", secret: false }, { name: "Secret y, key p", text: "{a,b}=true", targetPath: "d", secret: true }];
    expect(texts(rendered(files, { valuesFiles: ["../values/prod.yaml", "x.yaml"] }))).toEqual(["web shop file file second"]);
    expect(texts(rendered(files, { valuesFiles: ["../values/prod.yaml"] }, { helm: { valuesFrom } }))).toEqual(["web shop file from {a,b}=true"]);
    expect(texts(rendered(files, { valuesFiles: ["../values/prod.yaml"], values: { b: { c: "inline" }, d: null } }, { helm: { valuesFrom } }))).toEqual(["web shop file inline"]);
    expect(texts(rendered(shown, { values: { a: "x" }, parameters: [{ name: "a", value: "p,q" }, { name: "b.c", value: "007", type: "String" }, { name: "d", value: "[1]", type: "JSON" }] }))).toEqual(["web shop p,q 007 [1]"]);
  });

  test("follows the Helm that the Application names: version 3 reads the first document of values only, its own or the Application's", () => {
    const files = { "app/templates/a.yaml": map("a", '"{{ .Values.a }} {{ .Values.b.c }} {{ .Values.d }} {{ kindOf .Chart }}"'), "app/values.yaml": "a: one\nb: {c: two}\n---\na: other\n", "app/x.yaml": "d: first\n---\nd: second\n" };
    const valuesFrom = [{ name: "ConfigMap x, key values.yaml", text: "b: {c: from}\n---\nb: {c: other}\n", secret: false }];
    const ask = (version?: "v3" | "v4"): unknown[] => texts(rendered(files, { ...(version === undefined ? {} : { version }), valuesFiles: ["x.yaml"] }, { helm: { valuesFrom } }));
    expect([ask("v3"), ask("v4"), ask()].flat()).toEqual(["one from first struct", "other other second map", "other other second map"]);
  });

  test.each<[string, HelmSpec, RegExp]>([
    ["a file that is not there", { valuesFiles: ["gone.yaml"] }, /^spec\.render\.helm\.valuesFiles\[0\]: "gone\.yaml" not found: there is no app\/gone\.yaml/],
    ["a file above the repository", { valuesFiles: ["../../x.yaml"] }, /^spec\.render\.helm\.valuesFiles\[0\]: "\.\.\/\.\.\/x\.yaml" leads out of the repository/],
    ["a folder", { valuesFiles: ["templates"] }, /is a directory, a file with values is needed/],
    ["a parameter that fits nowhere", { parameters: [{ name: "a.b", value: "x" }] }, /^spec\.render\.helm\.parameters\[0\]: /],
    ["a version that is none", { kubeVersion: "one" }, /no version of Kubernetes/],
  ])("tells %s with its field", (_name, spec, message) => {
    expect(() => rendered(shown, { ...spec, ...(spec.parameters === undefined ? {} : { values: { a: "text" } }) })).toThrow(message);
  });

  test("says nothing of a Secret's text that is not YAML", () => {
    const valuesFrom = [{ name: "Secret y, key p", text: "a: [canary", secret: true }];
    expect(() => rendered(shown, {}, { helm: { valuesFrom } })).toThrow(/^(?!.*canary)Secret y, key p:\d+: is not YAML with a map of values$/);
  });

  test("tells where an object comes from, and has the Application's own layer and variables over it", () => {
    const result = rendered(shown, {}, { overlay: { namePrefix: "x-" }, variables: new Map([["V", { value: "1", secret: false }]]) });
    expect(names(result)).toEqual(["ConfigMap x-a"]);
    expect(result.objects[0]?.origin).toMatchObject({ file: "app/templates/a.yaml", line: 1 });
  });

  test("gives its CRDs, hooks and items of lists; tests only where they are wanted", () => {
    const files = {
      "app/crds/c.yaml": "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: c}\n",
      "app/templates/h.yaml": 'apiVersion: v1\nkind: Pod\nmetadata: {name: hook, annotations: {helm.sh/hook: pre-install}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: test, annotations: {helm.sh/hook: test}}\n',
      "app/templates/l.yaml": "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: s}}\n- {apiVersion: v1, kind: Secret, metadata: {name: t}}\n",
      "app/templates/NOTES.txt": "hello",
    };
    expect(names(rendered(files))).toEqual(["CustomResourceDefinition c", "Secret s", "Secret t", "Pod hook"]);
    expect(names(rendered(files, { includeCrds: false, skipTests: false }))).toEqual(["Secret s", "Secret t", "Pod hook", "Pod test"]);
  });
});

describe("what a chart asks of the cluster", () => {
  const asking = { "app/templates/a.yaml": map("a", '{{ .Capabilities.KubeVersion.Version }} {{ .Capabilities.APIVersions.Has "example.com/v1/Widget" }} {{ (lookup "v1" "Secret" "shop" "login").data }}') };
  const LOOKUP: Need = { kind: "Lookup", apiVersion: "v1", object: "Secret", namespace: "shop", name: "login", at: AT };
  const CAPABILITIES: Need = { kind: "Capabilities", at: AT };
  const cluster = { kubeVersion: "v1.33.4+x", apiVersions: ["v1", "example.com/v1/Widget"] };
  const ask = (answers?: Map<string, Answer>, spec?: HelmSpec): Rendered => rendered(asking, spec, { answers, helm: { asksCluster: true } });

  test("is a need, all of it at once, and its answer is used", () => {
    expect(ask()).toEqual({ objects: [], warnings: [], needs: [CAPABILITIES, LOOKUP] });
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "login" }, data: { password: "aHVudGVyMg==" } };
    const result = ask(answersOf([CAPABILITIES, cluster], [LOOKUP, secret]));
    expect(texts(result)).toEqual(["v1.33.4+x true map[password:aHVudGVyMg==]"]);
    expect(result.objects[0]?.secrets).toContain("aHVudGVyMg==");
    expect(texts(ask(answersOf([CAPABILITIES, cluster], [LOOKUP, {}]), { kubeVersion: "1.30.0" }))).toEqual(["v1.30.0 true"]);
  });

  test("is told in Helm 3 with what a vendor adds to the cluster's version, and without it where the Application gives one", () => {
    const answers = answersOf([CAPABILITIES, cluster], [LOOKUP, {}]);
    expect([texts(ask(answers, { version: "v3" })), texts(ask(answers, { version: "v3", kubeVersion: "1.30.0-gke.1" }))].flat()).toEqual(["v1.33.4+x true", "v1.30.0 true"]);
  });

  test("makes nobody fail before it is answered", () => {
    const files = { "app/templates/a.yaml": map("a", '{{ (lookup "v1" "Secret" "shop" "login").data.password }}{{ required "no password" .Values.password }}') };
    expect(rendered(files, {}, { helm: { asksCluster: true }, answers: answersOf([CAPABILITIES, cluster]) }).needs).toEqual([LOOKUP]);
    expect(() => rendered(files, {}, { helm: { asksCluster: true }, answers: answersOf([CAPABILITIES, cluster], [LOOKUP, { data: { password: "x" } }]) })).toThrow(/no password/);
  });

  test("is no more than a chart needs", () => {
    const files = { "app/templates/a.yaml": map("a", '{{ range until 300 }}{{ lookup "v1" "Secret" "shop" (print .) }}{{ end }}') };
    expect(() => rendered(files, {}, { helm: { asksCluster: true } })).toThrow(/the chart looks up more than 200 objects/);
  });

  test("is asked of nobody where there is no cluster", () => {
    expect(texts(rendered(asking, { apiVersions: ["example.com/v1/Widget"] }))).toEqual([expect.stringMatching(/^v1\.\d+\.\d+ true$/)]);
  });

  test("renders again where the answer has changed, and only then", () => {
    const cache = new RenderCache();
    const at = (value: Json): Rendered => cache.render(memoryTree({ ...CHART, ...asking }), { path: "app", helm: optionsOf({}, { asksCluster: true }), answers: answersOf([CAPABILITIES, cluster], [LOOKUP, value]) }, "shop/web");
    const first = at({ data: { a: "b" } });
    expect(at({ data: { a: "b" } })).toBe(first);
    expect(at({ data: { a: "c" } })).not.toEqual(first);
  });
});

describe("values of Secrets", () => {
  test("are named in every object that they got into, as they are and as base64, whatever is short or says nothing apart", () => {
    const files = {
      "app/templates/a.yaml": `${map("a", "db://{{ .Values.auth.password }}@db")}---\n${map("b", "{{ .Values.auth.password | b64enc }}")}---\n${map("c", "{{ .Values.auth.port }} {{ .Values.auth.on }}")}`,
    };
    const valuesFrom = [{ name: "Secret y, key values.yaml", text: "auth: {password: hunter-two, port: 80, on: true}\n", secret: true }];
    expect(rendered(files, {}, { helm: { valuesFrom } }).objects.map(({ secrets }) => secrets)).toEqual([["hunter-two"], ["aHVudGVyLXR3bw=="], undefined]);
  });
});

describe("a chart that is rendered again", () => {
  const timed = { "app/templates/a.yaml": map("a", '{{ now | date "2006-01-02" }}') };
  const TIME: Need = { kind: "Time", at: AT };

  test("is the same after a commit that it does not see; the time counts only where it is asked for", () => {
    const cache = new RenderCache();
    const at = (files: Readonly<Record<string, string>>, time: number): Rendered => cache.render(memoryTree({ ...CHART, ...files }), { path: "app", helm: optionsOf({}, { clock: time }), answers: answersOf([TIME, time]) }, "shop/web");
    const plain = { "app/templates/a.yaml": map("a", "x") };
    expect(at({ ...plain, README: "new" }, 48 * HOUR)).toBe(at(plain, 0));
    expect([texts(at(timed, 0)), texts(at(timed, 48 * HOUR))]).toEqual([["1970-01-01"], ["1970-01-03"]]);
    expect(rendered(timed).needs).toEqual([TIME]);
  });

  test("has the same random values after every commit, and others under another identity", () => {
    const random = { "app/templates/a.yaml": map("a", "{{ randAlphaNum 20 }}") };
    const first = texts(rendered(random));
    expect(texts(rendered({ ...random, README: "new" }))).toEqual(first);
    expect(texts(rendered(random, {}, { helm: { random: { secret: new Uint8Array(32).fill(7), identity: "other" } } }))).not.toEqual(first);
  });

  test("has its certificates until they are to be renewed", () => {
    const cache = new RenderCache();
    const files = { "app/templates/a.yaml": map("a", '{{ (genCA "ca" 10).Cert | b64enc }}') };
    const at = (clock: number): Rendered => cache.render(memoryTree({ ...CHART, ...files }), { path: "app", helm: optionsOf({}, { clock }), answers: answersOf([TIME, 0]) }, "shop/web");
    const first = at(1_000 * HOUR);
    const { renewAt = 0 } = first;
    expect(renewAt).toBeGreaterThan(1_000 * HOUR);
    expect(at(renewAt - 1)).toBe(first);
    expect(texts(at(renewAt))).not.toEqual(texts(first));
  });
});
