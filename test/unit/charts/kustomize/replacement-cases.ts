/** Replacements and what kustomize 5.8.1 makes of them. */
export interface ReplacementCase {
  readonly name: string;
  /** `spec` of the target, before and after; no \`expected\`: kustomize fails. */
  readonly spec: string;
  readonly expected?: string;
  /** What our error says. */
  readonly error?: RegExp;
  readonly path?: string;
  readonly options?: string;
  /** `spec` of the source, and where the value is in it. */
  readonly source?: string;
  readonly from?: string;
  readonly sourceOptions?: string;
  readonly select?: string;
}

/** The files of a case. */
export function filesOf({ spec, path = "spec.v", options = "{}", source = "{v: new}", from = "spec.v", sourceOptions = "{}", select = "{kind: Target}" }: ReplacementCase): Record<string, string> {
  return {
    "source.yaml": `apiVersion: example.com/v1\nkind: Source\nmetadata: {name: source}\nspec: ${source}\n`,
    "target.yaml": `apiVersion: example.com/v1\nkind: Target\nmetadata: {name: target, labels: {tier: front}}\nspec: ${spec}\n`,
    "kustomization.yaml": [
      "resources: [source.yaml, target.yaml]",
      "replacements:",
      `- source: {kind: Source, fieldPath: '${from}', options: ${sourceOptions}}`,
      "  targets:",
      `  - select: ${select}`,
      `    fieldPaths: ['${path}']`,
      `    options: ${options}`,
      "",
    ].join("\n"),
  };
}

const CREATE = "{create: true}";

/** Where a target's path leads. */
export const PATHS: readonly ReplacementCase[] = [
  { name: "a member", spec: "{v: old, w: 1}", expected: "{v: new, w: 1}" },
  { name: "a member with a dot, in brackets", spec: "{a.b: old}", path: "spec.[a.b]", expected: "{a.b: new}" },
  { name: "a member with a dot, escaped", spec: "{a.b: old}", path: "spec.a\\.b", expected: "{a.b: new}" },
  { name: "a member with a slash", spec: "{a/b: old}", path: "spec.a/b", expected: "{a/b: new}" },
  { name: "an item by a member", spec: "{l: [{name: a, v: 1}, {name: b, v: old}]}", path: "spec.l.[name=b].v", expected: "{l: [{name: a, v: 1}, {name: b, v: new}]}" },
  { name: "every item that fits the pattern, which need not fit the whole text", spec: "{l: [{name: web, v: old}, {name: my-web-2, v: old}, {name: db, v: old}]}", path: "spec.l.[name=web].v", expected: "{l: [{name: web, v: new}, {name: my-web-2, v: new}, {name: db, v: old}]}" },
  { name: "an item by an anchored pattern", spec: "{l: [{name: web, v: old}, {name: web-2, v: old}]}", path: "spec.l.[name=^web$].v", expected: "{l: [{name: web, v: new}, {name: web-2, v: old}]}" },
  { name: "an item by a number", spec: "{l: [{port: 80, v: old}, {port: 81, v: old}]}", path: "spec.l.[port=81].v", expected: "{l: [{port: 80, v: old}, {port: 81, v: new}]}" },
  { name: "a text of a list, where the path ends", spec: "{l: [a, b]}", path: "spec.l.[=b].more", expected: "{l: [a, new]}" },
  { name: "an item by its position", spec: "{l: [a, b]}", path: "spec.l.1", expected: "{l: [a, new]}" },
  { name: "every item", spec: "{l: [{v: old}, {v: old}]}", path: "spec.l.*.v", expected: "{l: [{v: new}, {v: new}]}" },
  { name: "every item of every list", spec: "{l: [{m: [a, b]}, {m: [c]}]}", path: "spec.l.*.m.*", expected: "{l: [{m: [new, new]}, {m: [new]}]}" },
  { name: "only the items that have the field", spec: "{l: [{v: old}, {w: 1}]}", path: "spec.l.*.v", expected: "{l: [{v: new}, {w: 1}]}" },
  { name: "a leading dot counts for nothing", spec: "{v: old}", path: ".spec.v", expected: "{v: new}" },
  { name: "a field that is missing", spec: "{w: 1}", error: /Target default\/target \(example.com\/v1\): spec\.v: there is no such field; options\.create makes one/ },
  { name: "a position beyond the list", spec: "{l: [a]}", path: "spec.l.1", error: /position 1 is beyond the list of 1/ },
  { name: "a member of a list", spec: "{l: [a]}", path: "spec.l.v", error: /"v" is looked for in a list/ },
  { name: "an item of a map", spec: "{l: {a: b}}", path: "spec.l.0", error: /"0" is looked for in a map, a list is needed/ },
  { name: "every member of a map", spec: "{m: {a: b}}", path: "spec.m.*", error: /"\*" is looked for in a map, a list is needed/ },
  { name: "an item without a condition", spec: "{l: [a]}", path: "spec.l.[name]", error: /neither a member nor a condition/ },
  { name: "an item by something that is no pattern", spec: "{l: [{name: a}]}", path: "spec.l.[name=(].v", error: /"\(" is not a regular expression/ },
  { name: "the last item has no sign in a target", spec: "{l: [a, b]}", path: "spec.l.-", error: /"-" is looked for in a list/ },
];

/** What \`create\` makes. */
export const CREATED: readonly ReplacementCase[] = [
  { name: "a member", spec: "{}", options: CREATE, expected: "{v: new}" },
  { name: "members on the way", spec: "{}", path: "spec.a.b.v", options: CREATE, expected: "{a: {b: {v: new}}}" },
  { name: "an item with the member it is looked for by", spec: "{l: [{name: a}]}", path: "spec.l.[name=b].v", options: CREATE, expected: "{l: [{name: a}, {name: b, v: new}]}" },
  { name: "a list with such an item", spec: "{}", path: "spec.l.[port=80].v", options: CREATE, expected: "{l: [{port: 80, v: new}]}" },
  { name: "the item behind the last", spec: "{l: [a]}", path: "spec.l.1", options: CREATE, expected: "{l: [a, new]}" },
  { name: "no item further behind", spec: "{l: [a]}", path: "spec.l.2", options: CREATE, error: /position 2 is beyond the list of 1/ },
  { name: "a text in a list, and replaces it", spec: "{l: [a]}", path: "spec.l.[=b]", options: CREATE, expected: "{l: [a, new]}" },
  { name: "a map", spec: "{}", source: "{v: {a: 1}}", options: CREATE, expected: "{v: {a: 1}}" },
  { name: "a list", spec: "{}", source: "{v: [1, x]}", options: CREATE, expected: "{v: [1, x]}" },
  { name: "what YAML reads in a text: a number", spec: "{}", source: '{v: "8080"}', options: CREATE, expected: "{v: 8080}" },
  { name: "what YAML reads in a text: true", spec: "{}", source: '{v: "true"}', options: CREATE, expected: "{v: true}" },
  { name: "null of an empty text", spec: "\n  w: 1", source: '{v: ""}', options: CREATE, expected: "{v: null, w: 1}" },
  { name: "nothing in null, and says nothing", spec: "{m: null}", path: "spec.m.v", options: CREATE, expected: "{m: null}" },
  { name: "nothing in a member without a value", spec: "{m: }", path: "spec.m.v", options: CREATE, error: /leads into an empty text/ },
  { name: "the field in every item", spec: "{l: [{name: a}, {name: b, v: old}]}", path: "spec.l.*.v", options: CREATE, expected: "{l: [{name: a, v: new}, {name: b, v: new}]}" },
];

/** What becomes of a value by the type of the field that it is put into. */
export const TYPES: readonly ReplacementCase[] = [
  { name: "a number becomes text in a text", spec: "{v: old}", source: "{v: 5}", expected: '{v: "5"}' },
  { name: "a number becomes the text it was written as", spec: "{v: old}", source: "{v: 1.10}", expected: '{v: "1.10"}' },
  { name: "so does an octal number", spec: "{v: old}", source: "{v: 0644}", expected: '{v: "0644"}' },
  { name: "so does a word", spec: "{v: old}", source: "{v: True}", expected: '{v: "True"}' },
  { name: "so does a date", spec: "{v: old}", source: "{v: 2020-01-01}", expected: '{v: "2020-01-01"}' },
  { name: "a text becomes a number in a number", spec: "{v: 3}", source: '{v: "5"}', expected: "{v: 5}" },
  { name: "a text becomes a word in a word", spec: "{v: true}", source: '{v: "false"}', expected: "{v: false}" },
  { name: "an integer fits a float", spec: "{v: 1.5}", source: "{v: 2}", expected: "{v: 2}" },
  { name: "a float does not fit an integer", spec: "{v: 3}", source: "{v: 1.5}", error: /the field is a number, and what is put there is a number/ },
  { name: "a text does not fit a number", spec: "{v: 3}", source: "{v: hunter2}", error: /spec\.v: the field is a number, and what is put there is text$/ },
  { name: "nothing but null fits null", spec: "{v: null}", source: "{v: a}", error: /the field is null, and what is put there is text/ },
  { name: "a text does not fit a date", spec: "{v: 2020-01-01}", source: "{v: a}", error: /the field is a date/ },
  { name: "a map takes the place of a map", spec: "{v: {a: 1}}", source: "{v: {b: 2}}", expected: "{v: {b: 2}}" },
  { name: "a text takes the place of a list", spec: "{v: [1]}", source: '{v: "5"}', expected: '{v: "5"}' },
  { name: "a list leaves an empty text in a text", spec: "{v: old}", source: "{v: [1]}", expected: '{v: ""}' },
  { name: "a map leaves null in null", spec: "\n  v: null", source: "{v: {a: 1}}", expected: "{v: null}" },
];

/** Parts of texts. */
export const PARTS: readonly ReplacementCase[] = [
  { name: "one part of the source", spec: "{v: old}", source: "{v: a.b.c}", sourceOptions: '{delimiter: ".", index: 1}', expected: "{v: b}" },
  { name: "the first part by default", spec: "{v: old}", source: "{v: a.b.c}", sourceOptions: '{delimiter: "."}', expected: "{v: a}" },
  { name: "a part that is not there", spec: "{v: old}", source: "{v: a.b}", sourceOptions: '{delimiter: ".", index: 2}', error: /Source default\/source \(example.com\/v1\): spec\.v: options\.index is 2, and "\." splits the text into 2/ },
  { name: "a negative part", spec: "{v: old}", source: "{v: a.b}", sourceOptions: '{delimiter: ".", index: -1}', error: /options\.index is -1/ },
  { name: "a part of a map", spec: "{v: old}", source: "{v: {a: b}}", sourceOptions: '{delimiter: "."}', error: /a delimiter takes texts apart, and this is a map/ },
  { name: "one part of the target", spec: "{v: a/b/c}", options: "{delimiter: /, index: 1}", expected: "{v: a/new/c}" },
  { name: "a part in front", spec: "{v: a/b}", options: "{delimiter: /, index: -1}", expected: "{v: new/a/b}" },
  { name: "a part at the end", spec: "{v: a/b}", options: "{delimiter: /, index: 7}", expected: "{v: a/b/new}" },
  { name: "a part of a target that is a list", spec: "{v: [a]}", options: "{delimiter: /}", error: /a delimiter takes texts apart, and this is a list/ },
  { name: "a part of a field that is made", spec: "{}", options: "{delimiter: /, index: 1, create: true}", expected: "{v: /new}" },
  { name: "an index without a delimiter counts for nothing", spec: "{v: old}", source: "{v: a.b}", sourceOptions: "{index: 5}", options: "{index: 3}", expected: "{v: a.b}" },
];

/** Where the value is in the source. */
export const SOURCES: readonly ReplacementCase[] = [
  { name: "the name by default", spec: "{v: old}", from: "", expected: "{v: source}" },
  { name: "the last item", spec: "{v: old}", source: "{l: [a, b]}", from: "spec.l.-", expected: "{v: b}" },
  { name: "the first item with exactly that member", spec: "{v: old}", source: "{l: [{name: web-2, v: 1}, {name: web, v: 2}, {name: web, v: 3}]}", from: "spec.l.[name=web].v", expected: '{v: "2"}' },
  { name: "an item that is exactly that text", spec: "{v: old}", source: "{l: [ab, b]}", from: "spec.l.[=b]", expected: "{v: b}" },
  { name: "empty steps and spaces count for nothing", spec: "{v: old}", from: "spec.. v", expected: "{v: new}" },
  { name: "an empty text", spec: "{v: old}", source: '{v: ""}', expected: '{v: ""}' },
  { name: "every item", spec: "{v: old}", source: "{l: [a]}", from: "spec.l.*", error: /"\*" means several fields, one is needed/ },
  { name: "a member of a text", spec: "{v: old}", from: "spec.v.x", error: /"x" is looked for in text/ },
  { name: "a negative position", spec: "{v: old}", source: "{l: [a]}", from: "spec.l.-1", error: /position -1 is negative/ },
  { name: "a field that is missing", spec: "{v: old}", source: "{other: 1, more: 2}", error: /^kustomization\.yaml:3:\d+: replacement source Source default\/source \(example\.com\/v1\) has no spec\.v; there is other, more$/ },
  { name: "null", spec: "{v: old}", source: "{v: null}", error: /has no spec\.v/ },
  { name: "an empty map", spec: "{v: old}", source: "{v: {}}", error: /has no spec\.v/ },
  { name: "an empty list", spec: "{v: old}", source: "{v: []}", error: /has no spec\.v/ },
];

/** Fields in texts. */
export const TEXTS: readonly ReplacementCase[] = [
  { name: "JSON is written anew: keys sorted, on one line", spec: `{f: '{"z": 1, "db": {"host": "old"}}'}`, path: "spec.f.db.host", expected: `{f: '{"db":{"host":"new"},"z":1}'}` },
  { name: "JSON keeps line breaks, and numbers stay numbers", spec: String.raw`{f: "{\n  \"port\": 1,\n  \"e\": []\n}"}`, path: "spec.f.port", source: '{v: "8080"}', expected: String.raw`{f: "{\n  \"e\": [],\n  \"port\": 8080\n}"}` },
  { name: "JSON that a value does not fit stays as it is, and nothing is said", spec: `{f: '{"port": 1}'}`, path: "spec.f.port", expected: `{f: '{"port": 1}'}` },
  { name: "JSON gets what Go escapes", spec: `{f: '{"a": "<&>"}'}`, path: "spec.f.b", options: CREATE, expected: String.raw`{f: '{"a":"\u003c\u0026\u003e","b":"new"}'}` },
  { name: "an item in JSON", spec: `{f: '[{"name": "a", "v": "old"}, {"name": "b"}]'}`, path: "spec.f.[name=a].v", expected: `{f: '[{"name":"a","v":"new"},{"name":"b"}]'}` },
  { name: "a delimiter counts for nothing there", spec: `{f: '{"a": "x/y"}'}`, path: "spec.f.a", options: "{delimiter: /}", expected: `{f: '{"a":"new"}'}` },
  { name: "YAML keeps order, comments and quotes, and loses empty lines", spec: String.raw`{f: "# head\nz: 'q'\n\ndb:\n  host: old # why\n  l:\n    - a\n"}`, path: "spec.f.db.host", expected: String.raw`{f: "# head\nz: 'q'\ndb:\n  host: new # why\n  l:\n  - a"}` },
  { name: "YAML loses what follows its first document", spec: String.raw`{f: "a: old\n---\nb: 1\n"}`, path: "spec.f.a", expected: "{f: 'a: new'}" },
  { name: "a text in YAML that looks like a number gets quotes", spec: String.raw`{f: "a: old\n"}`, path: "spec.f.a", source: '{v: "5"}', expected: `{f: 'a: "5"'}` },
  { name: "YAML takes what does not fit, with a tag", spec: String.raw`{f: "a: 1\n"}`, path: "spec.f.a", expected: "{f: 'a: !!int new'}" },
  { name: "a field that is made in YAML", spec: String.raw`{f: "a:\n- name: x\n"}`, path: "spec.f.a.[name=y].v", options: CREATE, expected: String.raw`{f: "a:\n- name: x\n- name: y\n  v: new"}` },
  { name: "behind a pattern a text is looked into, and stays as it is", spec: `{l: [{f: '{"a": "old"}'}]}`, path: "spec.l.*.f.a", expected: `{l: [{f: '{"a": "old"}'}]}` },
  { name: "a field that is missing in a text", spec: `{f: '{"a": 1}'}`, path: "spec.f.b", error: /spec\.f\.b: there is no such field/ },
  { name: "a text that is neither JSON nor YAML", spec: `{f: 'a: [b'}`, path: "spec.f.b", error: /leads into a text that is neither JSON nor YAML/ },
  { name: "an ordinary text", spec: "{f: text}", path: "spec.f.b", error: /"b" is looked for in text/ },
];

const map = (name: string, rest = ""): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}${rest}}\ndata: {v: old}\n`;
const SOURCE = "apiVersion: v1\nkind: Secret\nmetadata: {name: source}\nstringData: {v: new}\n";
const into = (target: string): string => `replacements:\n- source: {kind: Secret, fieldPath: stringData.v}\n  targets:\n  - ${target}\n    fieldPaths: [data.v]\n`;
const maps = `${map("a", ", labels: {app: web}")}---\n${map("b", ", namespace: shop, annotations: {team: x}")}---\n${map("ab")}`;

/** Which objects are meant: the names of the ConfigMaps that got the value, or what the error says. */
export const SELECTIONS: readonly { readonly name: string; readonly files: Readonly<Record<string, string>>; readonly expected: readonly string[] | RegExp }[] = [
  ...([
    ["a kind", "select: {kind: ConfigMap}", ["a", "ab", "b"]],
    ["a name, as a whole", "select: {name: a}", ["a"]],
    ["a pattern, as a whole", "select: {name: a|b}", ["a", "b"]],
    ["a namespace as it is written", "select: {namespace: shop}", ["b"]],
    ["no namespace is not default", "select: {namespace: default}", []],
    ["labels", "select: {labelSelector: app=web}", ["a"]],
    ["annotations", "select: {annotationSelector: team}", ["b"]],
    ["a rejected name", "select: {kind: ConfigMap}\n    reject: [{name: a.*}]", ["b"]],
    ["labels reject by themselves, whatever else a rejection says", "select: {kind: ConfigMap}\n    reject: [{name: nothing, labelSelector: app=web}]", ["ab", "b"]],
    ["an empty rejection rejects nothing", "select: {kind: ConfigMap}\n    reject: [{}]", ["a", "ab", "b"]],
    ["nothing at all", "select: {kind: Nothing}", []],
    ["a kind that has no such field", "select: {}", /Secret default\/source \(v1\): data\.v: there is no such field/],
    ["no select", "reject: [{name: a}]", /replacement target has no select/],
    ["something that is no pattern", "select: {name: '('}", /"\(" is not a regular expression/],
    ["something that is no label expression", "select: {kind: ConfigMap, labelSelector: 'a in b'}", /"a in b" is not a label selector/],
  ] as const).map(([name, target, expected]) => ({ name, files: { "r.yaml": `${SOURCE}---\n${maps}`, "kustomization.yaml": `resources: [r.yaml]\n${into(target)}` }, expected })),
  {
    name: "an object by the name it had in its base, and by the present one",
    files: {
      "base/r.yaml": `${SOURCE}---\n${maps}`, "base/kustomization.yaml": "namePrefix: p-\nnamespace: shop\nresources: [r.yaml]\n",
      "kustomization.yaml": `resources: [base]\n${into("select: {kind: ConfigMap, name: a}\n  - select: {name: p-b}").replace("kind: Secret,", "kind: Secret, name: source,").replace("  - select: {name: p-b}", "    fieldPaths: [data.v]\n  - select: {name: p-b}")}`,
    },
    expected: ["p-a", "p-b"],
  },
  {
    name: "one former id is enough to be rejected",
    files: {
      "base/r.yaml": `${SOURCE}---\n${maps}`, "base/kustomization.yaml": "nameSuffix: -x\nresources: [r.yaml]\n",
      "kustomization.yaml": `resources: [base]\n${into("select: {kind: ConfigMap}\n    reject: [{name: a}]")}`,
    },
    expected: ["ab-x", "b-x"],
  },
  { name: "a source that is not there", files: { "r.yaml": maps, "kustomization.yaml": `resources: [r.yaml]\n${into("select: {kind: ConfigMap}")}` }, expected: /replacement source kind "Secret" is none of the 3 objects here$/ },
  { name: "a source of another kind", files: { "r.yaml": maps, "kustomization.yaml": `resources: [r.yaml]\n${into("select: {kind: ConfigMap}").replace("kind: Secret", "kind: Secret, name: a")}` }, expected: /replacement source kind "Secret", name "a" is none of the 3 objects here; there is ConfigMap default\/a \(v1\)/ },
  { name: "several sources", files: { "r.yaml": maps, "kustomization.yaml": `resources: [r.yaml]\n${into("select: {kind: ConfigMap}").replace("kind: Secret", "kind: ConfigMap").replace("stringData", "data")}` }, expected: /replacement source kind "ConfigMap" may be ConfigMap default\/a \(v1\) or ConfigMap shop\/b \(v1\) or / },
  { name: "a value in place of a source", files: { "r.yaml": maps, "kustomization.yaml": "resources: [r.yaml]\nreplacements: [{sourceValue: new, targets: [{select: {name: a}, fieldPaths: [data.v]}]}]\n" }, expected: ["a"] },
  { name: "a value and a source", files: { "r.yaml": maps, "kustomization.yaml": "resources: [r.yaml]\nreplacements: [{sourceValue: new, source: {name: a}, targets: [{select: {name: a}}]}]\n" }, expected: /both a source and a sourceValue/ },
  { name: "neither a value nor a source", files: { "r.yaml": maps, "kustomization.yaml": "resources: [r.yaml]\nreplacements: [{targets: [{select: {name: a}}]}]\n" }, expected: /neither a source nor a sourceValue/ },
  { name: "no targets", files: { "r.yaml": maps, "kustomization.yaml": "resources: [r.yaml]\nreplacements: [{sourceValue: new, targets: []}]\n" }, expected: /has no targets/ },
  { name: "a file with one replacement, unknown members and all", files: { "r.yaml": maps, "one.yaml": "sourceValue: new\nunknown: 1\ntargets: [{select: {name: a}, fieldPaths: [data.v]}]\n", "kustomization.yaml": "resources: [r.yaml]\nreplacements: [{path: one.yaml}]\n" }, expected: ["a"] },
  { name: "a file with several", files: { "r.yaml": maps, "two.yaml": "- {sourceValue: new, targets: [{select: {name: a}, fieldPaths: [data.v]}]}\n- {sourceValue: new, targets: [{select: {name: b}, fieldPaths: [data.v]}]}\n", "kustomization.yaml": "resources: [r.yaml]\nreplacements: [{path: two.yaml}]\n" }, expected: ["a", "b"] },
];
