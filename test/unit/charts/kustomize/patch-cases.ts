/** Patches and what kustomize 5.8.1 makes of them. */
export interface PatchCase {
  readonly name: string;
  /** The object and the patch, in block style: what is written how counts. */
  readonly live: string;
  readonly patch: string;
  /** The patch has a target, which selects by kind. */
  readonly selects?: true;
  /** What the object becomes; "": nothing is left of it; a pattern: what the error says. */
  readonly expected: string | RegExp;
}

/** The files of a case. */
export function filesOf({ live, patch, selects }: PatchCase): Record<string, string> {
  const target = selects === true ? "\n  target: {kind: .*}" : "";
  return { "live.yaml": live, "patch.yaml": patch, "kustomization.yaml": `resources: [live.yaml]\npatches:\n- path: patch.yaml${target}\n` };
}

const thing = (rest: string, metadata = "name: t"): string => `apiVersion: example.com/v1\nkind: Thing\nmetadata: {${metadata}}\n${rest}\n`;
const pod = (spec: string): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: ${spec}\n`;
const service = (ports: string): string => `apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: ${ports}}\n`;

/** Members without a value, and what was written how. */
export const WRITTEN: readonly PatchCase[] = [
  { name: "members without a value go, wherever they are", live: thing("a:\nb:\n  c:\n  d: 1"), patch: thing("x: 1"), expected: thing("b: {d: 1}\nx: 1") },
  { name: "null and ~ stay", live: thing("a: null\nb: ~"), patch: thing("x: 1"), expected: thing("a: null\nb: null\nx: 1") },
  { name: "what is missing in a list that is not merged stays", live: thing("l:\n- a:\n- "), patch: thing("x: 1"), expected: thing("l: [{a: null}, null]\nx: 1") },
  { name: "a new null is dropped, also far below", live: thing("a: 1"), patch: thing("b:\n  c: null\n  d:\n  e: 1"), expected: thing("a: 1\nb: {e: 1}") },
  { name: "a number in place of a text with quotes is a text, as it is written", live: thing('a: "8080"\nb: "v"\nc: plain'), patch: thing("a: 1.10\nb: true\nc: true"), expected: thing('a: "1.10"\nb: "true"\nc: true') },
  { name: "so is a date", live: thing('a: "v"\nb: v'), patch: thing("a: 2020-01-01\nb: 2020-01-01"), expected: thing('a: "2020-01-01"\nb: 2020-01-01') },
  { name: "quotes in the patch count for nothing", live: thing("a: 1\nb: x"), patch: thing('a: "2"\nb: "y"'), expected: thing('a: "2"\nb: y') },
  { name: "annotations become texts, as they are written", live: thing("a: 1"), patch: thing("a: 2", "name: t, annotations: {v: 1.10, w: true}"), expected: thing("a: 2", 'name: t, annotations: {v: "1.10", w: "true"}') },
  { name: "null removes an annotation and a label", live: thing("a: 1", "name: t, annotations: {v: x, w: y}, labels: {l: m}"), patch: thing("a: 1", "name: t, annotations: {v: null}, labels: {l: null}"), expected: thing("a: 1", "name: t, annotations: {w: y}, labels: {}") },
  { name: "for selected objects null is a text there", live: thing("a: 1", "name: t, annotations: {v: x}, labels: {l: m}"), patch: thing("a: 1", "name: any, annotations: {v: null}, labels: {l: ~, n: 5}"), selects: true, expected: thing("a: 1", 'name: t, annotations: {v: "null"}, labels: {l: "~", n: "5"}') },
  { name: "for selected objects null in place of labels counts for nothing", live: thing("a: 1", "name: t, labels: {l: m}"), patch: thing("a: 1", "name: any, labels: null"), selects: true, expected: thing("a: 1", "name: t, labels: {l: m}") },
];

/** Maps. */
export const MAPS: readonly PatchCase[] = [
  { name: "$patch: replace takes the patch alone", live: thing("a: {b: 1, c: 2}"), patch: thing("a: {$patch: replace, d: 3}"), expected: thing("a: {d: 3}") },
  { name: "$patch: replace for the whole object changes nothing", live: thing("a: 1"), patch: `$patch: replace\n${thing("b: 2")}`, expected: thing("a: 1") },
  { name: "$patch: delete for the whole object", live: thing("a: 1"), patch: `$patch: delete\n${thing("")}`, expected: "" },
  { name: "an unknown directive", live: thing("a: {b: 1}"), patch: thing("a: {$patch: remove}"), expected: /cannot patch Thing default\/t \(example\.com\/v1\): a: \$patch is delete, replace or merge, not "remove"/ },
  { name: "other directives are members", live: thing("a: {b: 1}"), patch: thing("a: {$retainKeys: [c], c: 1}"), expected: thing("a: {b: 1, $retainKeys: [c], c: 1}") },
  { name: "$setElementOrder and $deleteFromPrimitiveList are members", live: pod("{containers: [{name: a}]}"), patch: pod("{$setElementOrder/containers: [{name: a}], $deleteFromPrimitiveList/x: [a]}"), expected: pod("{containers: [{name: a}], $setElementOrder/containers: [{name: a}], $deleteFromPrimitiveList/x: [a]}") },
  { name: "a map meets a text", live: thing("a: text"), patch: thing("a: {b: 1}"), expected: /a: a map in the patch meets a value in the object/ },
  { name: "a known kind within an unknown one is merged as what it is", live: thing("inner: {apiVersion: v1, kind: Pod, spec: {containers: [{name: a, image: x}]}}"), patch: thing("inner: {spec: {containers: [{name: b}]}}"), expected: thing("inner: {apiVersion: v1, kind: Pod, spec: {containers: [{name: b}, {name: a, image: x}]}}") },
  { name: "the name, kind and namespace stay", live: thing("a: 1", "name: t, namespace: n"), patch: "apiVersion: v9\nkind: Other\nmetadata: {name: o, namespace: m}\na: 2\n", selects: true, expected: thing("a: 2", "name: t, namespace: n") },
];

/** Lists. */
export const LISTS: readonly PatchCase[] = [
  { name: "the patch's items come first", live: pod("{containers: [{name: a}, {name: b}]}"), patch: pod("{containers: [{name: c}, {name: b, image: x}]}"), expected: pod("{containers: [{name: c}, {name: b, image: x}, {name: a}]}") },
  { name: "lists of unknown kinds are replaced", live: thing("l: [{name: a}, {name: b}]"), patch: thing("l: [{name: c}]"), expected: thing("l: [{name: c}]") },
  { name: "an item is removed", live: pod("{containers: [{name: a}, {name: b}]}"), patch: pod("{containers: [{name: a, $patch: delete}]}"), expected: pod("{containers: [{name: b}]}") },
  { name: "$patch: replace on an item changes nothing", live: pod("{containers: [{name: a, image: x}]}"), patch: pod("{containers: [{name: a, $patch: replace, image: y}]}"), expected: pod("{containers: [{name: a, image: x}]}") },
  { name: "directives in new lists are carried out", live: pod("{nodeName: n}"), patch: pod("{volumes: [{name: a, $patch: replace}, {name: b, $patch: delete}, {name: c, $patch: merge, emptyDir: {}}]}"), expected: pod("{nodeName: n, volumes: [{name: a}, {name: c, emptyDir: {}}]}") },
  { name: "a directive for a new list stays in it", live: pod("{nodeName: n}"), patch: pod("{volumes: [{$patch: replace}]}"), expected: pod("{nodeName: n, volumes: [{$patch: replace}]}") },
  { name: "a directive replaces the list", live: pod("{containers: [{name: a}]}"), patch: pod("{containers: [{$patch: replace}, {name: b}]}"), expected: pod("{containers: [{name: b}]}") },
  { name: "and takes every item with it that says the same", live: pod("{containers: [{name: a}]}"), patch: pod("{containers: [{$patch: merge}, {name: b, $patch: merge}, {name: c}]}"), expected: pod("{containers: [{name: c}, {name: a}]}") },
  { name: "an emptied list stays", live: pod("{containers: [{name: a}]}"), patch: pod("{containers: [{name: a, $patch: delete}]}"), expected: pod("{containers: []}") },
  { name: "items with equal keys become one, also where the patch is about something else", live: pod("{containers: [{name: a, image: x}, {name: a, image: y}]}"), patch: pod("{nodeName: n}"), expected: pod("{containers: [{name: a, image: y}], nodeName: n}") },
  { name: "an item without a key takes the place of those before it", live: pod("{containers: [{name: a}, {image: x}, {name: b}]}"), patch: pod("{nodeName: n}"), expected: pod("{containers: [{image: x}], nodeName: n}") },
  { name: "ports are matched by number where none names a protocol", live: service("[{port: 80, name: a}, {port: 81}]"), patch: service("[{port: 80, targetPort: 8080}]"), expected: service("[{port: 80, name: a, targetPort: 8080}, {port: 81}]") },
  { name: "a protocol that only the patch has is lost", live: service("[{port: 80, name: a}]"), patch: service("[{port: 80, protocol: UDP}]"), expected: service("[{port: 80, name: a}]") },
  { name: "ports are told apart by protocols", live: service("[{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]"), patch: service("[{port: 53, protocol: TCP, $patch: delete}]"), expected: service("[{port: 53, protocol: UDP}]") },
  { name: "a volume's own kind is not taken away", live: pod("{volumes: [{name: v, emptyDir: {}}]}"), patch: pod("{volumes: [{name: v, configMap: {name: c}}]}"), expected: pod("{volumes: [{name: v, emptyDir: {}, configMap: {name: c}}]}") },
  { name: "the claim of a volume has merged lists too", live: pod("{volumes: [{name: v, ephemeral: {volumeClaimTemplate: {metadata: {finalizers: [a]}}}}]}"), patch: pod("{volumes: [{name: v, ephemeral: {volumeClaimTemplate: {metadata: {finalizers: [b]}}}}]}"), expected: pod("{volumes: [{name: v, ephemeral: {volumeClaimTemplate: {metadata: {finalizers: [b, a]}}}}]}") },
  { name: "a text among items", live: pod("{containers: [{name: a}, text]}"), patch: pod("{nodeName: n}"), expected: /containers: has items that are no maps, and is merged by name/ },
];

/** Whole patches. */
export const PATCHES: readonly PatchCase[] = [
  { name: "comments alone change nothing", live: thing("a: 1"), patch: "# nothing\n", expected: thing("a: 1") },
  { name: "an empty list changes nothing", live: thing("a: 1"), patch: "[]\n", expected: thing("a: 1") },
  { name: "several documents", live: thing("a: 1"), patch: `${thing("b: 2")}---\n${thing("c: 3")}`, expected: thing("a: 1\nb: 2\nc: 3") },
  { name: "several documents for selected objects", live: thing("a: 1"), patch: `${thing("b: 2")}---\n${thing("c: 3")}`, selects: true, expected: /a patch with a target has one document/ },
  { name: "of several lists of operations the first", live: thing("a: 1"), patch: "- {op: add, path: /b, value: 2}\n---\n- {op: add, path: /c, value: 3}\n", selects: true, expected: thing("a: 1\nb: 2") },
  { name: "operations without a target", live: thing("a: 1"), patch: "- {op: add, path: /b, value: 2}\n", expected: /a JSON patch needs a target/ },
  { name: "an object that is not there", live: thing("a: 1"), patch: thing("b: 2", "name: other"), expected: /no object matches patch for Thing default\/other \(example\.com\/v1\)$/ },
  { name: "another version of an object", live: thing("a: 1"), patch: thing("b: 2").replace("/v1", "/v2"), expected: /no object matches patch for Thing default\/t \(example\.com\/v2\); there is Thing default\/t \(example\.com\/v1\)/ },
  { name: "a patch without a kind", live: thing("a: 1"), patch: "metadata: {name: t}\n", expected: /strategic merge patch has no kind/ },
  { name: "a patch without a name", live: thing("a: 1"), patch: "kind: Thing\napiVersion: example.com/v1\n", expected: /strategic merge patch has no metadata\.name/ },
  { name: "a list of patches", live: thing("a: 1"), patch: `apiVersion: v1\nkind: List\nitems:\n- ${thing("b: 2").trim().replaceAll("\n", "\n  ")}\n`, expected: thing("a: 1\nb: 2") },
];
