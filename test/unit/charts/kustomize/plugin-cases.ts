/** A built-in transformer with what it does to objects, as kustomize 5.8.1 does it. */
export interface PluginCase {
  readonly name: string;
  readonly kind: string;
  /** YAML: metadata of the configuration besides its name. */
  readonly metadata?: string;
  /** YAML: the configuration but for apiVersion, kind and metadata. */
  readonly config: string;
  /** Files beside it. */
  readonly files?: Readonly<Record<string, string>>;
  /** YAML of each object. */
  readonly objects: readonly string[];
  /** YAML: what is other in each object afterwards; "" where nothing is, "gone" where it is. */
  readonly changes: readonly string[];
}

const CM = "{apiVersion: v1, kind: ConfigMap, metadata: {name: m, labels: {a: old}}, data: {k: v}}";
const FOO = "{apiVersion: x/v1, kind: Foo, metadata: {name: f}, spec: {path: /a/b, rel: a/b, n: 5, nul: null, list: [a, b], items: [{name: x, v: '1'}]}}";
const WEB = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 1, template: {spec: {containers: [{name: c, image: 'nginx:1'}, {name: d, image: 'nginx@sha256:ab'}]}}}}";
const BINDING = "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: b}, subjects: [{kind: ServiceAccount, name: default}, {kind: ServiceAccount, name: other}, {kind: ServiceAccount, name: third, namespace: has}, {kind: User, name: default, namespace: x}]}";
const IN_OLD = "{apiVersion: v1, kind: ConfigMap, metadata: {name: m, namespace: old}}";
const NS = "{apiVersion: v1, kind: Namespace, metadata: {name: n}}";

/** Each was given to the reference binary. */
export const PLUGIN_CASES: readonly PluginCase[] = [
  { name: "labels are texts, whatever they were written as", kind: "LabelTransformer", config: "{labels: {i: 1, f: 1.50, b: true, z: null, e: 1e21, big: 12345678901234567890, half: 1234567.5, small: 0.00001, q: '1'}, fieldSpecs: [{path: metadata/labels, create: true}]}",
    objects: [CM], changes: ["{metadata: {labels: {b: 'true', big: '12345678901234567890', e: '1e+21', f: '1.5', half: '1.2345675e+06', i: '1', q: '1', small: '1e-05', z: ''}}}"] },
  { name: "member names are matched but for case, others let pass", kind: "LabelTransformer", config: "{LABELS: {n: x}, Fieldspecs: [{PATH: metadata/labels, Create: true}], unknown: 1}",
    objects: [CM], changes: ["{metadata: {labels: {'n': x}}}"] },
  { name: "labels without field specs go nowhere", kind: "LabelTransformer", config: "{labels: {n: x}}",
    objects: [CM], changes: [""] },
  { name: "labels go into a null only where fields are made", kind: "LabelTransformer", config: "{labels: {n: x}, fieldSpecs: [{path: spec/nul}, {path: spec/made, create: true}]}",
    objects: [FOO], changes: ["{spec: {made: {'n': x}}}"] },
  { name: "annotations are not made where the spec does not say so", kind: "AnnotationsTransformer", config: "{annotations: {n: 1}, fieldSpecs: [{path: metadata/annotations, kind: Foo, create: true}, {path: metadata/annotations}]}",
    objects: [CM, FOO], changes: ["", "{metadata: {annotations: {'n': '1'}}}"] },
  { name: "a prefix goes before names and other fields, but for kinds that keep theirs", kind: "PrefixTransformer", config: "{prefix: p-, fieldSpecs: [{path: metadata/name}, {path: data/k}]}",
    objects: [CM, NS], changes: ["{metadata: {name: p-m}, data: {k: p-v}}", ""] },
  { name: "a prefix may be a number, and keep a number one", kind: "PrefixTransformer", config: "{prefix: 1, fieldSpecs: [{path: metadata/name}, {path: spec/n}, {path: spec/nul}, {path: spec/rel}]}",
    objects: [FOO], changes: ["{metadata: {name: '1f'}, spec: {rel: '1a/b', 'n': 15, nul: '1null'}}"] },
  { name: "a prefix under a name of other case is none", kind: "PrefixTransformer", config: "{Prefix: p-, fieldSpecs: [{path: metadata/name}]}",
    objects: [CM], changes: [""] },
  { name: "a suffix goes behind names of the kinds of its spec", kind: "SuffixTransformer", config: "{suffix: -s, fieldSpecs: [{path: metadata/name, kind: ConfigMap}]}",
    objects: [CM, FOO], changes: ["{metadata: {name: m-s}}", ""] },
  { name: "prefix and suffix go together", kind: "PrefixSuffixTransformer", config: "{prefix: p-, suffix: -s, fieldSpecs: [{path: metadata/name}]}",
    objects: [CM], changes: ["{metadata: {name: p-m-s}}"] },
  { name: "a namespace is that of the configuration", kind: "NamespaceTransformer", metadata: "{namespace: new}", config: "{fieldSpecs: [{path: metadata/name, kind: Namespace, create: true}, {path: spec/rel}, {path: spec/made, kind: Foo, create: true}]}",
    objects: [IN_OLD, NS, BINDING, FOO], changes: ["{metadata: {namespace: new}}", "{metadata: {name: new}}", "{metadata: {namespace: new}, subjects: [{kind: ServiceAccount, name: default, namespace: new}, {kind: ServiceAccount, name: other}, {kind: ServiceAccount, name: third, namespace: has}, {kind: User, name: default, namespace: new}]}", "{metadata: {namespace: new}, spec: {rel: new, made: new}}"] },
  { name: "a namespace elsewhere in the configuration is none", kind: "NamespaceTransformer", config: "{namespace: new}",
    objects: [IN_OLD], changes: [""] },
  { name: "unsetOnly leaves what is there", kind: "NamespaceTransformer", metadata: "{namespace: new}", config: "{unsetOnly: true, fieldSpecs: [{path: spec/rel}, {path: spec/made, kind: Foo, create: true}]}",
    objects: [IN_OLD, BINDING, FOO], changes: ["", "{metadata: {namespace: new}, subjects: [{kind: ServiceAccount, name: default, namespace: new}, {kind: ServiceAccount, name: other}, {kind: ServiceAccount, name: third, namespace: has}, {kind: User, name: default, namespace: x}]}", "{metadata: {namespace: new}, spec: {made: new}}"] },
  { name: "all accounts get the namespace", kind: "NamespaceTransformer", metadata: "{namespace: new}", config: "{setRoleBindingSubjects: allServiceAccounts}",
    objects: [BINDING], changes: ["{metadata: {namespace: new}, subjects: [{kind: ServiceAccount, name: default, namespace: new}, {kind: ServiceAccount, name: other, namespace: new}, {kind: ServiceAccount, name: third, namespace: new}, {kind: User, name: default, namespace: x}]}"] },
  { name: "accounts without one get the namespace", kind: "NamespaceTransformer", metadata: "{namespace: new}", config: "{setRoleBindingSubjects: allServiceAccounts, unsetOnly: true}",
    objects: [BINDING], changes: ["{metadata: {namespace: new}, subjects: [{kind: ServiceAccount, name: default, namespace: new}, {kind: ServiceAccount, name: other, namespace: new}, {kind: ServiceAccount, name: third, namespace: has}, {kind: User, name: default, namespace: x}]}"] },
  { name: "no subject gets the namespace", kind: "NamespaceTransformer", metadata: "{namespace: new}", config: "{setRoleBindingSubjects: none}",
    objects: [BINDING], changes: ["{metadata: {namespace: new}}"] },
  { name: "images are found without field specs, tags may be numbers", kind: "ImageTagTransformer", config: "{imageTag: {name: nginx, newTag: 1.10}}",
    objects: [WEB], changes: ["{spec: {template: {spec: {containers: [{image: 'nginx:1.1', name: c}, {image: 'nginx:1.1', name: d}]}}}}"] },
  { name: "a tag suffix comes twice where a field spec repeats what is found", kind: "ImageTagTransformer", config: "{imageTag: {name: nginx, tagSuffix: -x}, fieldSpecs: [{path: 'spec/template/spec/containers[]/image'}]}",
    objects: [WEB], changes: ["{spec: {template: {spec: {containers: [{image: 'nginx:1-x-x', name: c}, {image: 'nginx:-x-x', name: d}]}}}}"] },
  { name: "replicas of all kinds of a spec", kind: "ReplicaCountTransformer", config: "{replica: {name: f, count: 3}, fieldSpecs: [{path: spec/n}, {path: spec/made, create: true}]}",
    objects: [WEB, FOO], changes: ["", "{spec: {'n': 3, made: 3}}"] },
  { name: "replicas without a count are none", kind: "ReplicaCountTransformer", config: "{replica: {name: web}, fieldSpecs: [{path: spec/replicas}]}",
    objects: [WEB], changes: ["{spec: {replicas: 0}}"] },
  { name: "a hash is for what is generated", kind: "HashTransformer", config: "{}",
    objects: [CM], changes: [""] },
  { name: "a strategic merge by target", kind: "PatchTransformer", files: { "p.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: q}, data: {x: y}}" }, config: "{path: p.yaml, target: {kind: ConfigMap}, options: {allowNameChange: true}}",
    objects: [CM], changes: ["{metadata: {name: q}, data: {x: 'y'}}"] },
  { name: "JSON operations by target", kind: "PatchTransformer", config: `{patch: '[{"op": "add", "path": "/data/x", "value": "y"}]', target: {labelSelector: a=old}}`,
    objects: [CM], changes: ["{data: {x: 'y'}}"] },
  { name: "operations on annotations that are not there", kind: "PatchTransformer", config: `{patch: '[{"op": "add", "path": "/metadata/annotations/x", "value": "y"}]', target: {kind: ConfigMap}}`,
    objects: [CM], changes: ["{metadata: {annotations: {x: 'y'}}}"] },
  { name: "a patch file without content changes nothing", kind: "PatchTransformer", files: { "p.yaml": "# nothing\n" }, config: "{path: p.yaml}",
    objects: [CM], changes: [""] },
  { name: "a deleted object is gone", kind: "PatchTransformer", config: "{patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, $patch: delete}'}",
    objects: [CM, FOO], changes: ["gone", ""] },
  { name: "merges from files and texts, in this order", kind: "PatchStrategicMergeTransformer", files: { "p.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {x: '1'}}" }, config: `{paths: [p.yaml, '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}, "data": {"y": "2"}}'], patches: "{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {x: '3'}}"}`,
    objects: [CM], changes: ["{data: {x: '3', 'y': '2'}}"] },
  { name: "operations of a text", kind: "PatchJson6902Transformer", config: `{target: {name: m, kind: ConfigMap}, jsonOp: '[{"op": "replace", "path": "/data/k", "value": 2}]'}`,
    objects: [CM], changes: ["{data: {k: 2}}"] },
  { name: "operations of a YAML file", kind: "PatchJson6902Transformer", files: { "p.yaml": "- {op: add, path: /data/x, value: on}\n" }, config: "{target: {name: m}, path: p.yaml}",
    objects: [CM, FOO], changes: ["{data: {x: true}}", ""] },
  { name: "operations without a match change nothing", kind: "PatchJson6902Transformer", config: `{target: {name: none}, jsonOp: '[{"op": "remove", "path": "/data"}]'}`,
    objects: [CM], changes: [""] },
  { name: "replacements in place and of files, in this order", kind: "ReplacementTransformer", files: { "r.yaml": "- source: {kind: Foo, fieldPath: spec.rel}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.new], options: {create: true}}]\n" }, config: "{replacements: [{source: {kind: ConfigMap, fieldPath: data.k, more: 1}, targets: [{select: {kind: Foo}, fieldPaths: [spec.rel]}]}, {path: r.yaml}]}",
    objects: [CM, FOO], changes: ["{data: {new: v}}", "{spec: {rel: v}}"] },
  { name: "a file of one replacement", kind: "ReplacementTransformer", files: { "r.yaml": "source: {kind: ConfigMap, fieldPath: metadata.name}\ntargets: [{select: {kind: Foo}, fieldPaths: ['spec.items.[name=x].v']}]\nunknown: 1\n" }, config: "{replacements: [{path: r.yaml}]}",
    objects: [CM, FOO], changes: ["", "{spec: {items: [{name: x, v: m}]}}"] },
  { name: "no replacements", kind: "ReplacementTransformer", config: "{}",
    objects: [CM], changes: [""] },
  { name: "a value replaces, and makes what is missing", kind: "ValueAddTransformer", config: "{value: PEACH, targets: [{fieldPath: spec/path, selector: {kind: Foo}}, {fieldPath: spec/new/deep}]}",
    objects: [CM, FOO], changes: ["{spec: {new: {deep: PEACH}}}", "{spec: {path: PEACH, new: {deep: PEACH}}}"] },
  { name: "a value goes into file paths", kind: "ValueAddTransformer", config: "{value: PEACH, targets: [{fieldPath: spec/path, filePathPosition: 1}, {fieldPath: spec/rel, filePathPosition: 2}, {fieldPath: spec/n, filePathPosition: 9}, {fieldPath: spec/none, filePathPosition: 3}]}",
    objects: [FOO], changes: ["{spec: {path: /PEACH/a/b, rel: a/PEACH/b, 'n': '5/PEACH', none: PEACH}}"] },
  { name: "a value is by default the name of the folder", kind: "ValueAddTransformer", config: "{value: ' ', targets: [{fieldPath: metadata/namespace}]}",
    objects: [CM, BINDING], changes: ["{metadata: {namespace: root}}", "{metadata: {namespace: root}, subjects: [{kind: ServiceAccount, name: default, namespace: root}, {kind: ServiceAccount, name: other}, {kind: ServiceAccount, name: third, namespace: has}, {kind: User, name: default, namespace: root}]}"] },
  { name: "a value follows indexes and conditions", kind: "ValueAddTransformer", config: "{value: z, targets: [{fieldPath: 'spec/items/[name=x]/v'}, {fieldPath: 'spec/items/[name=y]/v'}, {fieldPath: spec/list/0}, {fieldPath: 'spec/list/[=b]'}, {fieldPath: 'spec/list/[=c]'}, {fieldPath: spec/items/7/v}, {fieldPath: 'spec/made/[name=q]/v'}]}",
    objects: [FOO], changes: ["{spec: {list: [z, z, z], items: [{name: x, v: z}, {name: 'y', v: z}], made: [{name: q, v: z}]}}"] },
  { name: "a value that reads like a number is one, but for quotes that were there", kind: "ValueAddTransformer", config: "{value: 5, targets: [{fieldPath: spec/path}, {fieldPath: spec/new}, {fieldPath: spec/items/0/v}, {fieldPath: spec/nul}]}",
    objects: [FOO], changes: ["{spec: {path: 5, nul: 5, items: [{name: x, v: '5'}], new: 5}}"] },
  { name: "a value into names with slashes", kind: "ValueAddTransformer", config: `{value: x, targets: [{fieldPath: 'metadata/annotations/a\\/b'}, {fieldPath: /spec//rel}]}`,
    objects: [FOO], changes: ["{metadata: {annotations: {a/b: x}}, spec: {rel: x}}"] },
  { name: "targets of a file come last", kind: "ValueAddTransformer", files: { "more.yaml": "targets: [{fieldPath: spec/rel, filePathPosition: 1}]\n" }, config: "{value: x, targetFilePath: more.yaml, targets: [{fieldPath: spec/rel}]}",
    objects: [FOO], changes: ["{spec: {rel: x/x}}"] },
];
