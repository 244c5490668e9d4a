import { array, assert, constant, constantFrom, oneof, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChartFile } from "../../../../charts/helm/chart/chart.ts";
import { FilesObject } from "../../../../charts/helm/files-object.ts";
import { GoList, GoMap, int, type GoValue } from "../../../../charts/helm/go/value.ts";
import { HelmCache } from "../../../../charts/helm/helm-cache.ts";
import type { HelmInput } from "../../../../charts/helm/input.ts";
import { OutputCache } from "../../../../charts/helm/output-cache.ts";
import { RandomSource } from "../../../../charts/helm/random.ts";
import { RenderBudget } from "../../../../charts/helm/render-scope.ts";
import { templateText } from "../../../../charts/helm/template-text.ts";
import { Watch, type Outside } from "../../../../charts/helm/watch.ts";
import type { WatchedFiles } from "../../../../charts/helm/watched-files.ts";
import type { WatchedMap } from "../../../../charts/helm/watched-map.ts";
import { messageOf } from "../../../../src/errors.ts";
import { renderFiles, type ChartFiles } from "./render-files.ts";

const SUBCHART: ChartFiles = {
  "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
  "charts/sub/values.yaml": "x: {y: 1}\nlist: [{a: 1}]\n",
  "charts/sub/templates/s.yaml": "s: {{ toJson .Values.x }}\nglobal: {{ toJson .Values.global }}\ntemplate: {{ .Template.Name }}\n",
};
const VALUES = "a: 1\nb: {c: text, d: null}\nlist: [{k: v}, 2]\nglobal: {zone: z, deep: {one: 1, two: 2}}\nextra: {}\n";

/** One render as text, or how it failed. */
function told(files: ChartFiles, values: string, input: Partial<HelmInput>): string {
  try {
    const output = renderFiles(files, values, input);
    return `${templateText(output)}${output.renewAt?.toISOString() ?? ""}`;
  } catch (error) {
    return messageOf(error);
  }
}

/** A template's text as one that gives no broken YAML, whatever it prints. */
const asFile = (template: string, index: number): [string, string] => [`templates/t${index}.yaml`, `{{ define "t${index}" }}${template}{{ end }}out: {{ include "t${index}" . | toJson }}\n`];
const chartOf = (templates: readonly string[]): ChartFiles => ({ "values.yaml": VALUES, ...SUBCHART, ...Object.fromEntries(templates.map(asFile)) });

/** Pieces that read, and pieces that change what others read. */
const PIECES = [
  "{{ .Values.a }}", "{{ .Values.b.c }}", "{{ toYaml .Values }}", "{{ toJson . | len }}", '{{ hasKey .Values "n" }}', "{{ .Values.n }}", "{{ range $k, $v := .Values }}{{ $k }}={{ $v }};{{ end }}",
  "{{ range .Values.list }}{{ . }};{{ end }}", "{{ .Values | len }}", "{{ with .Values.extra }}{{ . }}{{ end }}", "{{ .Values.sub.x.y }}", "{{ .Values.global.zone }}", "{{ .Subcharts.sub.Template.Name }}",
  "{{ .Subcharts.sub.Values.x }}", "{{ .Chart.Version }}{{ .Chart.Name }}", "{{ .Release.Name }}", '{{ .Capabilities.APIVersions.Has "v1/Pod" }}', "{{ .Capabilities.KubeVersion }}", "{{ .Template.Name }}",
  '{{ tpl "{{ .Values.a }}" . }}', '{{ tpl "{{ .Values.b.c }}" (dict "Values" .Values "Template" .Template) }}', '{{ (.Files.Get "f.txt") }}', "{{ now }}", "{{ randAlphaNum 5 }}", '{{ lookup "v1" "Pod" "" "" }}',
  '{{ $_ := set .Values "a" "changed" }}', '{{ $_ := set .Values.b "c" "changed" }}', '{{ $_ := unset .Values "b" }}', '{{ $_ := set (first .Values.list) "k" "changed" }}', '{{ $_ := merge .Values.extra (dict "m" .Values.a) }}',
  '{{ $_ := mergeOverwrite .Values (dict "b" (dict "c" 7)) }}', '{{ $_ := set . "mine" .Values.a }}', "{{ .mine }}", '{{ $_ := set .Release "Name" "other" }}', '{{ $_ := set .Chart "Version" "other" }}',
  '{{ $_ := set .Values.sub.x "y" "changed" }}', '{{ $_ := set .Values.global "zone" "changed" }}', '{{ $_ := set (dict "own" .Values.b) "a" 1 }}', '{{ $own := deepCopy .Values }}{{ $_ := set $own "a" 3 }}{{ $own.a }}',
  "{{ if .Values.b }}{{ .Values.b.d }}{{ end }}", "{{ .Values.b | len }}", "{{ with .Values.b }}{{ .c }}{{ end }}", "{{ range $k, $v := .Values.sub.x }}{{ $k }}{{ $v }}{{ end }}", "{{ toYaml .Values.global }}", "{{ kindOf .Values.b }}{{ kindOf .Values.extra }}",
  '{{ $g := .Values.global }}{{ $g.deep.one }}{{ .Subcharts.sub.Values.global.deep.one }}', "{{ .Values.sub.global.deep.two }}", '{{ hasKey .Values.b "d" }}', '{{ default "none" .Values.b.d }}', '{{ (index .Values "b").c }}', '{{ get .Values.b "c" }}', '{{ $_ := set .Values.global.deep "one" "changed" }}',
  '{{ $_ := set .Values.b "c" .Values.a }}', '{{ $_ := merge .Values.b (dict "n" (dict "o" 1)) }}', "{{ .Values.b.n }}", '{{ $d := dict "in" 1 }}{{ $_ := set .Values.b "own" $d }}{{ $_ := set $d "in" 2 }}{{ .Values.b.own }}', "{{ .Values.b.own }}", '{{ $_ := set .Values.b "own" .Values.extra }}', '{{ $_ := set .Values.extra "q" "changed" }}',
  '{{ $_ := unset .Values.b "c" }}', '{{ $_ := set . "Values" (merge (dict "a" "over") .Values) }}', '{{ range .Values.list }}{{ if kindIs "map" . }}{{ $_ := set . "k" "changed" }}{{ end }}{{ end }}', '{{ range $k, $v := .Values }}{{ if kindIs "map" $v }}{{ $_ := set $v "own" 1 }}{{ end }}{{ end }}',
  '{{ (.Files.Glob "*.txt").AsConfig }}', '{{ range $p, $_ := .Files.Glob "**" }}{{ $p }};{{ end }}', '{{ .Files.Get "none.txt" }}', '{{ (genSelfSignedCertWithKey "x" nil nil 30 (genPrivateKey "ecdsa")).Cert | sha256sum }}', '{{ (lookup "v1" "Pod" "" "").found }}',
  '{{ $own := merge (dict) .Values }}{{ $_ := set $own.b "c" "through" }}', '{{ required "needed" .Values.n }}', '{{ pick .Values "a" "n" }}', '{{ omit .Values "a" }}', '{{ dig "b" "c" "none" (merge (dict) .Values) }}', '{{ get .Values "a" }}{{ pluck "a" .Values .Values.b }}',
] as const;
const CHANGES = ["", "a: 2\n", "a: '1'\n", "a: null\n", "b: {c: other}\n", "b: {d: 1}\n", "b: [1]\n", "b: {c: text, d: 1}\n", "b: {d: null, c: null}\n", "b: {}\n", "sub: {x: {z: 1}}\n", "global: {deep: {one: other}}\n", "sub: {global: {deep: {two: other}}}\n", "sub: {global: {deep: {one: below}}}\n", "n: null\n", "n: 5\n", "list: []\n", "list: [{k: w}]\n", "sub: {x: {y: 2}}\n", "global: {zone: other}\n", "extra: {q: {}}\n", "extra: {z: 1, a: 2}\n", "extra: {a: 2, z: 1}\n"];
const INPUTS: readonly Partial<HelmInput>[] = [
  {}, { release: { name: "two", namespace: "default" } }, { release: { name: "rel", namespace: "default", isUpgrade: true } }, { capabilities: { kubeVersion: "v1.20.0" } }, { capabilities: { apiVersions: ["v1"] } },
  { now: new Date("2027-01-01") }, { random: new RandomSource(Buffer.alloc(32, 9), "rel") }, { lookup: () => new GoMap(new Map<string, GoValue>([["found", true]])) }, { helmVersion: "v3" },
  { clock: new Date("2026-03-01") }, { clock: new Date("2026-03-02") }, { clock: new Date("2026-09-01") }, { lookup: () => new GoMap(new Map<string, GoValue>([["found", false]])) },
];

describe("outputs that are kept", () => {
  it("are what a render without them gives, whatever templates read and change, and in whatever order renders come", () => {
    const chart = array(array(constantFrom(...PIECES), { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join("")), { minLength: 1, maxLength: 5 });
    const step = record({ values: constantFrom(...CHANGES), input: oneof({ weight: 6, arbitrary: constant({}) }, { weight: 2, arbitrary: constantFrom(...INPUTS) }), version: constantFrom("0", "0", "0", "1") });
    assert(
      property(chart, array(step, { minLength: 3, maxLength: 8 }), constantFrom(1500, 4000, 200_000), (templates, steps, characters) => {
        const cache = new HelmCache(characters);
        for (const { values, input, version } of steps) {
          const files = { ...chartOf(templates), "f.txt": `file ${version}` };
          expect(told(files, values, { ...input, cache })).toBe(told(files, values, input));
        }
      }),
      { numRuns: 150, seed: 6 },
    );
  }, 60_000);

  it.each(PIECES)("of %s are not taken for those of other values", (piece) => {
    const cache = new HelmCache();
    const files = chartOf(["{{ .Values.a }}{{ .Values.b }}", piece, "{{ .Values.a }}{{ .Values.b }}{{ .Values.list }}{{ .Values.extra }}{{ .Values.sub }}{{ .Release.Name }}{{ .Chart.Version }}"]);
    for (const values of [...CHANGES, ...CHANGES.toReversed()]) expect(told(files, values, { cache })).toBe(told(files, values, {}));
  });

  it("are bounded: what was not used for long goes first", () => {
    const cache = new OutputCache<{ readonly text: string }>(5000);
    const made: string[] = [];
    const get = (release: string, length: number): string => {
      const { watch } = watching({});
      const surroundings = { capabilities: {}, random: RANDOM, charts: watch.names, templates: ["t"] };
      return cache.open(release, surroundings, watch, new RenderBudget()).get("t", () => {
        made.push(release);
        return { text: "x".repeat(length) };
      }).text;
    };
    for (const release of ["a", "b", "a", "c", "a", "d", "a", "b", "large", "large"]) get(release, release === "large" ? 6000 : 1500);
    expect(made).toEqual(["a", "b", "c", "d", "b", "large", "large"]);
  });

  it("are used again only while the values that a template looked at are the same", () => {
    const cache = new OutputCache<{ readonly text: string }>(100_000);
    let made = 0;
    const get = (values: Record<string, GoValue>): string => {
      const { watch, map } = watching(values);
      const surroundings = { capabilities: {}, random: RANDOM, charts: watch.names, templates: ["t"] };
      return cache.open("key", surroundings, watch, new RenderBudget()).get("t", () => {
        made += 1;
        return { text: [map.get("a"), map.get("missing")].map((value) => JSON.stringify(value) ?? "none").join(" ") };
      }).text;
    };
    expect([get({ a: 1 }), get({ a: 1, b: 2 }), get({ a: 2 }), get({ a: 1, missing: null }), get({ a: 1 }), get({ a: 2, b: 1 })]).toEqual(["1 none", "1 none", "2 none", "1 null", "1 none", "2 none"]);
    expect(made).toBe(3);
  });

  it.each<[string, (values: GoMap) => GoValue | undefined, number]>([
    ["a key that is the same", (values) => below(values, "image", "tag"), 1],
    ["a key that differs", (values) => below(values, "image", "digest"), 2],
    ["a key that only one has", (values) => below(values, "image", "own"), 2],
    ["how many entries there are", (values) => int(mapIn(values, "image").entries.size), 2],
    ["all entries", (values) => [...mapIn(values, "image").entries.keys()].join(" "), 2],
    ["nothing but that there is a map", (values) => mapIn(values, "image").type, 1],
    ["a map that hangs in two places, by one of them", (values) => below(values, "first", "x", "same"), 1],
    ["a map that hangs in two places, by both", (values) => new GoList([below(values, "first", "x", "same") ?? null, below(values, "second", "x", "same") ?? null]), 2],
    ["a list whose last item differs", (values) => (below(values, "image", "args") as GoList).items.length, 2], // made below
  ])("are used again after a change below a map, as far as the template looked at %s", (_, look, made) => {
    const cache = new OutputCache<{ readonly text: string }>(100_000);
    let count = 0;
    for (const image of [imageOf([["digest", "a"], ["args", new GoList(["a"])]]), imageOf([["own", true], ["digest", "b"], ["args", new GoList(["b"])]])]) {
      const shared = new GoMap(new Map<string, GoValue>([["same", 1], ["other", image]]));
      const { watch, map } = watching({ image, first: new GoMap(new Map([["x", shared]])), second: new GoMap(new Map([["x", shared]])) });
      cache.open("key", { capabilities: {}, random: RANDOM, charts: watch.names, templates: [] }, watch, new RenderBudget()).get("t", () => {
        count += 1;
        look(new GoMap(map));
        return { text: "" };
      });
    }
    expect(count).toBe(made);
  });

  it("ask again what the template asked, and nobody where it looked at something that changed", () => {
    const cache = new OutputCache<{ readonly text: string }>(100_000);
    const asked: string[] = [];
    let made = 0;
    for (const [a, answer] of [[1, "x"], [1, "x"], [2, "x"], [2, "y"]] as const) {
      asked.push("|");
      const { watch, map } = watching({ a }, { ...NOTHING, answer: (question) => (asked.push(question), answer) });
      cache.open("key", { capabilities: {}, random: RANDOM, charts: watch.names, templates: [] }, watch, new RenderBudget()).get("t", () => {
        made += 1;
        watch.ask("now");
        return { text: JSON.stringify(map.get("a")) };
      });
    }
    expect([made, asked.join(" ")]).toEqual([3, "| now | now | now | now"]);
  });

  it("have the files that they read counted as read again", () => {
    const cache = new OutputCache<{ readonly text: string }>(100_000);
    const read: string[] = [];
    const fileOf = (name: string, id: string): ChartFile => ({ name, path: name, id, bytes: new Uint8Array(), text: "", parsed: (_, parse) => (read.push(`${name} ${id}`), parse("")) });
    for (const id of ["1", "1", "2"]) {
      const { watch, files } = watching({}, NOTHING, [fileOf("a", id), fileOf("b", "1")]);
      const outputs = cache.open("key", { capabilities: {}, random: RANDOM, charts: watch.names, templates: [] }, watch, new RenderBudget());
      outputs.get("listing", () => ({ text: [...files.list()].map(({ name }) => name).join(" ") }));
      outputs.get("reading", () => ({ text: new FilesObject(files).text("a") }));
    }
    expect(read).toEqual(["a 1", "a 1", "a 2"]);
  });

  it("are not mistaken for others after all of them had to go in the middle of a render", () => {
    const cache = new OutputCache<{ readonly text: string }>(2000);
    const get = (a: number, ...sources: string[]): string[] => {
      const { watch, map } = watching({ a });
      const outputs = cache.open("key", { capabilities: {}, random: RANDOM, charts: watch.names, templates: [] }, watch, new RenderBudget());
      return sources.map((source) => outputs.get(source, () => ({ text: `${JSON.stringify(map.get("a"))}${source === "large" ? " ".repeat(3000) : ""}` })).text.trim());
    };
    expect([get(1, "large", "t"), get(2, "t"), get(3, "t"), get(1, "t")]).toEqual([["1", "1"], ["2"], ["3"], ["1"]]);
  });

  it("cost what they cost when they were made", () => {
    const cache = new OutputCache<{ readonly text: string }>(100_000);
    const used = (): unknown => {
      const { watch } = watching({});
      const budget = new RenderBudget();
      cache.open("key", { capabilities: {}, random: RANDOM, charts: [], templates: [] }, watch, budget).get("t", () => {
        budget.spend(7);
        budget.spendText(11);
        return { text: "x" };
      });
      return budget.used;
    };
    expect([used(), used()]).toEqual([{ units: 7, characters: 11 }, { units: 7, characters: 11 }]);
  });
});

const NOTHING: Outside = { answer: () => undefined, clock: undefined, renewAt: () => undefined };

/** A watch of one chart with values and files. */
function watching(values: Readonly<Record<string, GoValue>>, outside = NOTHING, chartFiles: readonly ChartFile[] = []): { readonly watch: Watch; readonly map: WatchedMap; readonly files: WatchedFiles } {
  const watch = new Watch(outside);
  const map = watch.values(new GoMap(new Map(Object.entries(values))));
  const files = watch.files(chartFiles);
  watch.add("app", new Map<string, GoValue>([["Values", new GoMap(map)]]), { values: map, files });
  return { watch, map, files };
}

const imageOf = (extra: readonly (readonly [string, GoValue])[]): GoMap => new GoMap(new Map<string, GoValue>([["tag", "1"], ...extra]));
const mapIn = (map: GoMap, key: string): GoMap => map.entries.get(key) as GoMap; // of the values above
const below = (map: GoMap, ...keys: readonly string[]): GoValue | undefined => keys.reduce<GoValue | undefined>((value, key) => (value as GoMap).entries.get(key), map); // likewise

const RANDOM = new RandomSource(Buffer.alloc(32, 1), "rel");
