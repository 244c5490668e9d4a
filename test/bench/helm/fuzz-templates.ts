import type { Chance } from "./chance.ts";
import { CALLS, type Wanted } from "./fuzz-calls.ts";
import { KEYS, type ValueKind } from "./fuzz-values.ts";

/** Names that can stand where an expression is made. */
interface Names {
  readonly variables: readonly string[];
  readonly defined: readonly string[];
}

const LITERALS: Readonly<Record<Exclude<Wanted, "any">, readonly string[]>> = {
  string: ['"abc"', '""', '"a b c"', '"Hello World"', "`raw {{ text`", '"é"', '"1.2.3"', '"a,b,c"', '"%v"', '"x\\ny"', '"[a-z]+"', '"/a/b.c"', '"2024-01-02"', '"1h5m"', '"true"', '"10"'],
  int: ["0", "1", "2", "3", "-1", "7", "10", "0x10", "'a'", "1_000"],
  float: ["1.5", "0.1", "-2.5", "1e3", "3.0", "100.0"],
  bool: ["true", "false"],
  list: ["(list)", '(list "a" "b" "c")', "(list 3 1 2)", '(list 1 "x" nil true 1.5)', '(splitList "," "a,b,c")', "(until 3)"],
  time: ['(toDate "2006-01-02" "2024-02-29")', '(toDate "2006-01-02T15:04:05Z07:00" "2023-12-31T23:59:59+02:00")', '(mustToDate "15:04" "09:05")', '(toDate "2006" "no year")'],
  format: ['"%d"', '"%5.2f|"', '"%-8v|"', '"%+v"', '"%x"', '"%X"', '"%q"', '"%08b"', '"%T"', '"%c"', '"%U"', '"%e"', '"%G"', '"%t"', '"%[2]v %[1]v"', '"%*d"', '"%%"', '"%#x"', '"% d"', '"%+d"', '"%s-%s"', '"%6.3s|"', '"%o %O"', '"%"', '"%!"', '"%z"', '"%#q"', '"%05d"', '"%.0f"', '"%[3]d"', '"% x"', '"%v %v %v"'],
  layout: ['"2006-01-02"', '"Mon Jan _2 15:04:05 MST 2006"', '"2006-01-02T15:04:05Z07:00"', '"Monday, 02-Jan-06 3:04PM .000"', '"002 -0700"', '"UTC"', '""'],
  map: ["(dict)", '(dict "a" 1 "b" "two")', '(dict "a" (dict "b" 1) "name" nil)', '(dict "x-y" (list 1 2))'],
};

/** Values that the body of a file does not get. */
const OF_ROOT = [
  ".Capabilities.KubeVersion.Version", ".Capabilities.KubeVersion.Major", ".Capabilities.KubeVersion.Minor", ".Capabilities.KubeVersion", ".Capabilities.KubeVersion.GitVersion", ".Capabilities.HelmVersion.Version",
  '(.Capabilities.APIVersions.Has "apps/v1")', '(.Capabilities.APIVersions.Has "apps/v1/Deployment")', '(semverCompare ">=1.20-0" .Capabilities.KubeVersion.Version)', ".Subcharts.sub.Values", ".Subcharts.other.Values.nested",
  ".Subcharts.sub.Chart", ".Subcharts.sub.Release.Name", ".Chart", ".Release", ".Template", ".Values.global", ".Template.BasePath", ".Chart.Dependencies", ".Chart.IsRoot", '(index .Chart "AppVersion")', ".Release.Revision",
  "(.Files.Lines `files/a.txt`)", "(.Files.Glob `files/*`)", "(.Files.Glob `**.yaml`).AsConfig", "(.Files.Glob `files/*`).AsSecrets", "(.Files.Get `files/b.yaml`)", "(.Files.GetBytes `files/b.yaml`)", "(.Files.Get `absent`)", "(.Files.Get `files/b.yaml` | fromYaml)",
  "(.Files.Get `files/a.txt` | b64enc)", "(len .Files)", "(.Values.nested).name", "(index .Values `x-y`)", "(required `is required` .Values.name)", "(.Values.text | default (fail `is empty`))", "(lookup `v1` `Secret` `default` `x`).data", "(include (print $.Template.BasePath `/values.yaml`) .)",
];

/** Endings that no parser takes. */
const BROKEN = ["{{ end }}", "{{ if }}x{{ end }}", "{{ .Values.name", "{{ nofunction 1 }}", "{{ $undefined }}", "{{ range .Values.list }}", '{{ "open }}', "{{ else }}", "{{ 1 | 2 }}", "{{ (1 }}", "{{ .a.  }}", "{{ /* open }}", "{{ break }}", "{{ template }}", "{{ define }}{{ end }}", "{{ 1abc }}", "{{ $x := }}", "{{ | quote }}", "{{ 'ab' }}", "{{ block }}", "{{ with $x, $y := 1 }}{{ end }}", "{{ @ }}", "{{ nil }}", "{{ 1 2 }}", "{{ .Values.name.x.y.z }}", "{{ $.Values.a = 1 }}", "{{ if true }}{{ else }}{{ else }}{{ end }}"];

const TYPES = Object.keys(LITERALS) as (keyof typeof LITERALS)[]; // they are its keys

/** Makes templates from a grammar: text, actions, branches, loops, definitions, and calls with arguments that mostly have the wanted type. */
export class TemplateMaker {
  readonly #chance: Chance;
  #name = "";
  #blocks = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** A file whose output is a manifest, whatever its body gives: that gets no pointers, whose addresses Go would print. `index` keeps the names of files apart. */
  file(index: number): string {
    this.#name = `b${index}`;
    const defined = this.#chance.times(this.#chance.below(3), () => `h${index}.${this.#chance.below(100)}`).filter((name, at, all) => all.indexOf(name) === at);
    const names: Names = { variables: ["$"], defined: [] };
    const definitions = defined.map((name) => `{{ define "${name}" }}${this.#body(2, names)}{{ end }}`);
    const body = `{{ define "body${index}" }}${this.#body(3, { ...names, defined })}{{ end }}`;
    return `${[...definitions, body].join("\n")}\nkind: Fuzz\nout: {{ include "body${index}" (dict "Values" .Values "Chart" .Chart "Release" .Release "Template" .Template "Files" .Files) | toJson }}\n${this.#ofRoot()}${this.#chance.oneIn(40) ? this.#chance.pick(BROKEN) : ""}`;
  }

  /** What only the dot of a file has. */
  #ofRoot(): string {
    if (!this.#chance.oneIn(3)) return "";
    const value = this.#chance.pick(OF_ROOT);
    const use = this.#chance.pick(["toJson", "toString | toJson", "typeOf", "kindOf", "print | quote", "toYaml | toJson", "default 1 | toJson"]);
    return `root: {{ ${value} | ${use} }}\n`;
  }

  #body(depth: number, names: Names): string {
    const variables = [...names.variables];
    const parts = this.#chance.times(1 + this.#chance.below(4), () => this.#statement(depth, { ...names, variables }, variables));
    return parts.join("");
  }

  #statement(depth: number, names: Names, variables: string[]): string {
    const choice = this.#chance.below(depth === 0 ? 5 : 12);
    if (choice < 2) return this.#text();
    if (choice < 5) return this.#action(this.#pipeline("any", 2, names));
    if (choice === 5) return this.#declaration(names, variables);
    if (choice === 6 && names.defined.length > 0) return this.#action(`template "${this.#chance.pick(names.defined)}" ${this.#expression("any", 1, names)}`);
    if (choice < 8) return `${this.#action(`if ${this.#pipeline("any", 1, names)}`)}${this.#body(depth - 1, names)}${this.#otherwise(depth, names)}${this.#action("end")}`;
    if (choice === 8) return this.#chance.oneIn(5) ? this.#block(depth, names) : this.#with(depth, names);
    if (choice < 11) return this.#loop(depth, names);
    return this.#action(`/* ${this.#chance.pick(["comment", "{{", "a\nb"])} */`, true);
  }

  #with(depth: number, names: Names): string {
    const name = `$w${depth}`;
    const [declared, variables] = this.#chance.oneIn(2) ? [`${name} := `, [...names.variables, name]] : ["", names.variables];
    const other = this.#chance.pick(["", this.#action("else"), this.#action(`else with ${this.#expression("any", 1, names)}`)]);
    return `${this.#action(`with ${declared}${this.#expression("any", 2, names)}`)}${this.#body(depth - 1, { ...names, variables })}${other}${other === "" ? "" : this.#body(depth - 1, names)}${this.#action("end")}`;
  }

  /** A template that is defined where it is used: no variables but `$` reach into it. */
  #block(depth: number, names: Names): string {
    this.#blocks += 1;
    return `${this.#action(`block "${this.#name}.block${this.#blocks}" ${this.#expression("any", 1, names)}`)}${this.#body(depth - 1, { ...names, variables: ["$"] })}${this.#action("end")}`;
  }

  #otherwise(depth: number, names: Names): string {
    if (this.#chance.oneIn(2)) return "";
    const condition = this.#chance.oneIn(2) ? ` if ${this.#expression("any", 1, names)}` : "";
    return `${this.#action(`else${condition}`)}${this.#body(depth - 1, names)}`;
  }

  #loop(depth: number, names: Names): string {
    const [key, value] = [`$k${depth}`, `$v${depth}`];
    const declared = this.#chance.pick(["", `${value} := `, `${key}, ${value} := `]);
    const variables = [...names.variables, ...declared.replace(" := ", "").split(", ").filter((name) => name !== "")];
    const jump = this.#chance.oneIn(5) ? `${this.#action(`if ${this.#expression("any", 1, names)}`)}${this.#action(this.#chance.pick(["break", "continue"]))}${this.#action("end")}` : "";
    return `${this.#action(`range ${declared}${this.#expression(this.#chance.pick(["list", "map", "any", "int"]), 2, names)}`)}${jump}${this.#body(depth - 1, { ...names, variables })}${this.#chance.oneIn(3) ? `${this.#action("else")}none` : ""}${this.#action("end")}`;
  }

  #declaration(names: Names, variables: string[]): string {
    const known = variables.filter((name) => name !== "$");
    const name = known.length > 0 && this.#chance.oneIn(2) ? this.#chance.pick(known) : `$x${this.#chance.below(4)}`;
    const sign = variables.includes(name) && this.#chance.oneIn(2) ? "=" : ":=";
    const action = this.#action(`${name} ${sign} ${this.#pipeline("any", 2, names)}`);
    if (!variables.includes(name)) variables.push(name);
    return action;
  }

  #action(inside: string, isComment = false): string {
    const [left, right] = [this.#chance.oneIn(4), this.#chance.oneIn(4)];
    return isComment ? `{{${left ? "- " : ""}${inside}${right ? " -" : ""}}}` : `{{${left ? "-" : ""} ${inside} ${right ? "-" : ""}}}`;
  }

  #text(): string {
    return this.#chance.pick(["x", " ", "\n", "  text  ", "key: ", "\n  - ", "é", "a }} b", "{ not }", "\t", "\r\n", "-"]);
  }

  /** An expression, sometimes with functions behind it. */
  #pipeline(wanted: Wanted, depth: number, names: Names): string {
    if (!this.#chance.oneIn(3)) return this.#expression(wanted, depth, names, true);
    const call = this.#chance.pick(CALLS.filter(({ params }) => params.length > 0));
    const [last = "any"] = call.params.slice(-1);
    const args = call.params.slice(0, -1).map((type) => ` ${this.#expression(type, depth - 1, names)}`);
    return `${this.#expression(last, depth, names, true)} | ${call.name}${args.join("")}${this.#chance.oneIn(4) ? " | quote" : ""}`;
  }

  #expression(wanted: Wanted, depth: number, names: Names, isBare = false): string {
    if (depth > 0 && this.#chance.below(10) < 6) return this.#call(wanted, depth, names, isBare);
    if (wanted === "time") return this.#chance.pick(LITERALS.time);
    if (wanted === "any" || this.#chance.oneIn(20)) return this.#chance.oneIn(2) ? this.#path(names) : this.#chance.pick(LITERALS[this.#chance.pick(TYPES)]);
    return this.#chance.oneIn(2) ? this.#chance.pick(LITERALS[wanted]) : this.#valueOf(wanted);
  }

  #call(wanted: Wanted, depth: number, names: Names, isBare: boolean): string {
    const fitting = CALLS.filter(({ gives }) => (wanted === "any" && gives !== "time") || gives === wanted || (gives === "any" && wanted !== "time")); // of what is no time, sprig takes the present moment
    const { name, params } = this.#chance.pick(fitting);
    if (wanted !== "string" && wanted !== "time" && this.#chance.oneIn(20)) return this.#reread(depth, names);
    const isInclude = wanted !== "time" && names.defined.length > 0 && this.#chance.oneIn(8);
    const text = isInclude ? `include "${this.#chance.pick(names.defined)}" ${this.#expression("any", depth - 1, names)}` : [name, ...params.map((type) => this.#expression(type, depth - 1, names))].join(" ");
    return isBare ? text : `(${text})`;
  }

  /** A value written and read again; texts that are no YAML are left out, as the words of the reader would be compared. */
  #reread(depth: number, names: Names): string {
    const value = `(dict "v" ${this.#expression("any", depth - 1, names)})`;
    return this.#chance.pick([`(fromYaml (toYaml ${value}))`, `(fromJson (toJson ${value})).v`, `(index (fromYamlArray (toYaml (list ${value}))) 0)`, `(fromToml (toToml ${value}))`, `(fromJsonArray (toJson (list ${value})))`, `${value}.v`]);
  }

  /** A path to a value that mostly is of the kind. */
  #valueOf(wanted: Exclude<Wanted, "any">): string {
    if (wanted === "time" || wanted === "format" || wanted === "layout") return this.#chance.pick(LITERALS[wanted]);
    const kind: ValueKind = wanted === "int" || wanted === "float" ? "number" : wanted;
    const below = this.#chance.oneIn(3) ? `.${this.#chance.pick(KEYS.map)}` : "";
    const path = `$.Values${below}.${this.#chance.pick(KEYS[kind].filter((key) => /^[A-Za-z]+$/.test(key)))}`;
    return wanted === "int" ? `(int ${path})` : path;
  }

  #path(names: Names): string {
    const keys = this.#chance.times(this.#chance.below(2), () => this.#chance.pick(KEYS.map));
    const steps = this.#chance.oneIn(4) ? keys : [...keys, this.#chance.pick(Object.values(KEYS).flat().filter((key) => /^[A-Za-z]+$/.test(key)))];
    const start = this.#chance.below(8);
    if (start < 5) return ["$.Values", ...steps].join(".");
    if (start === 5) return this.#chance.pick([".", "$.Chart", "$.Chart.Name", "$.Release.Name", "$.Template.Name", "$.Files", "$.Release", "nil"]);
    if (start === 6) return `.${steps.slice(-1).join("")}`;
    return [this.#chance.pick(names.variables), ...steps.slice(0, 1)].join(".");
  }
}
