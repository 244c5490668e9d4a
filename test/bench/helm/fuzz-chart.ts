import type { UserValues } from "../../../charts/helm/chart/user-values.ts";
import { Chance } from "./chance.ts";
import { TemplateMaker } from "./fuzz-templates.ts";
import { fuzzMap, fuzzOverrides, fuzzValues } from "./fuzz-values.ts";

/** Templates of the chart itself, and of its dependency. */
const FILES = 6;
const FILES_OF_DEPENDENCY = 2;
/** Folder and other name of the dependency. */
export const [DEPENDENCY, ALIAS] = ["sub", "other"] as const;

/** A chart, and what a user gives besides. */
export interface FuzzChart {
  /** By their paths in the folder of the chart. */
  readonly files: Readonly<Record<string, string>>;
  /** Values files of the user: paths in the folder. */
  readonly valuesFiles: readonly string[];
  readonly flags: Pick<UserValues, "set" | "setString" | "setJson">;
}

/** The chart that a seed stands for: every other one has a dependency, every third one a user. */
export function fuzzChart(seed: number): FuzzChart {
  const chance = new Chance(seed);
  const maker = new TemplateMaker(chance);
  const templates = Array.from({ length: FILES }, (_, index) => [`templates/${index}.yaml`, maker.file(index)] as const);
  const [hasDependency, hasUser] = [chance.oneIn(2), chance.oneIn(3)];
  const overrides = hasUser ? Array.from({ length: chance.below(3) }, (_, index) => [`user/${index}.yaml`, `${fuzzOverrides(chance)}${hasDependency ? parentValues(chance) : ""}`] as const) : [];
  const files = {
    "Chart.yaml": `apiVersion: v2\nname: fuzz\nversion: 0.1.0\nappVersion: "1.16"\n${hasDependency ? dependencies(chance) : ""}`,
    "values.yaml": `${fuzzValues(chance)}${hasDependency ? parentValues(chance) : ""}`,
    "files/a.txt": "line one\nline two\n",
    "files/b.yaml": "b: [1, é]\n",
    "templates/values.yaml": ALL_VALUES,
    ...Object.fromEntries([...templates, ...overrides]),
    ...(hasDependency ? dependency(chance, maker) : {}),
  };
  return { files, valuesFiles: overrides.map(([path]) => path), flags: hasUser ? flags(chance) : {} };
}

const ALL_VALUES = 'kind: Values\nall: {{ .Values | toJson }}\nname: {{ .Template.Name }} of {{ .Chart.Name }}\nsubcharts: {{ keys .Subcharts | sortAlpha | join "," }}\n';

function dependencies(chance: Chance): string {
  const lines = [
    `- name: ${DEPENDENCY}`,
    chance.pick(["version: 0.1.0", 'version: ">=0.0.1"', "version: 0.x"]),
    ...(chance.oneIn(3) ? [`alias: ${ALIAS}`] : []),
    ...(chance.oneIn(2) ? [`condition: ${chance.pick(["sub.enabled", "enabled", "nested.enabled,enabled", "other.enabled", "text"])}`] : []),
    ...(chance.oneIn(3) ? ["tags: [front, back]"] : []),
    ...(chance.oneIn(2) ? [`import-values: ${chance.pick(["[data]", "[{child: nested, parent: imported}]", "[{child: a, parent: nested}]", "[absent]"])}`] : []),
  ];
  return `dependencies:\n${lines.join("\n  ")}\n`;
}

/** What the values of a chart say to its dependency. */
function parentValues(chance: Chance): string {
  const enabled = chance.oneIn(2) ? "" : `, "enabled": ${chance.pick(["true", "false", "null", '"false"'])}`;
  const own = chance.pick([DEPENDENCY, ALIAS]);
  return [
    ...(chance.oneIn(4) ? [] : [`"${own}": {"own": 1${enabled}, "nested": ${fuzzMap(chance)}, "name": ${chance.pick(["null", "x", "{}"])}}`]),
    ...(chance.oneIn(2) ? [`"global": ${fuzzMap(chance)}`] : []),
    ...(chance.oneIn(3) ? [`"tags": {"front": ${chance.pick(["true", "false"])}, "back": ${chance.pick(["true", "false", "null"])}}`] : []),
    ...(chance.oneIn(3) ? [`"imported": ${fuzzMap(chance)}`] : []),
    "",
  ].join("\n");
}

function dependency(chance: Chance, maker: TemplateMaker): Record<string, string> {
  const folder = `charts/${DEPENDENCY}`;
  const templates = Array.from({ length: FILES_OF_DEPENDENCY }, (_, index) => [`${folder}/templates/${FILES + index}.yaml`, maker.file(FILES + index)] as const);
  return {
    [`${folder}/Chart.yaml`]: `apiVersion: v2\nname: ${DEPENDENCY}\nversion: 0.1.0\n${chance.oneIn(8) ? "type: library\n" : ""}`,
    [`${folder}/values.yaml`]: `${fuzzValues(chance)}"global": ${fuzzMap(chance)}\n"exports": {"data": ${fuzzMap(chance)}}\n`,
    [`${folder}/files/a.txt`]: "of the dependency",
    [`${folder}/templates/values.yaml`]: ALL_VALUES,
    ...Object.fromEntries(templates),
  };
}

const PATHS = ["name", "nested.name", "a.b", "a.x.y", "items[0]", "items[2]", "list[0].name", "sub.count", "other.name", "global.name", "tags.back", "sub.enabled", "empty", "x-y", "new\\.key"];

function flags(chance: Chance): FuzzChart["flags"] {
  const some = (values: readonly string[]): string[] => chance.times(chance.below(3), () => `${chance.pick(PATHS)}=${chance.pick(values)}`);
  const scalars = ["abc", "1", "007", "true", "null", "1.5", "a\\,b", "", "1e3", "{a,1,null}", "0x10", "-3"];
  return { set: some(scalars), setString: some(scalars), setJson: some(['{"a":[1,2.50,null]}', "null", '"x"', "[1,true]", "1e3"]) };
}
