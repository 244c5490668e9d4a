import type { RenderCommandOptions } from "./options.ts";

/** Fields of options that take one value, by how they are written. */
const TEXTS: ReadonlyMap<string, "namespace" | "releaseName" | "kubeVersion" | "path"> = new Map([
  ["-n", "namespace"],
  ["--namespace", "namespace"],
  ["--release-name", "releaseName"],
  ["--kube-version", "kubeVersion"],
  ["--path", "path"],
]);
/** Of those that may be given several times. */
const LISTS: ReadonlyMap<string, "file" | "values" | "set" | "setString" | "setJson" | "setFile" | "setLiteral" | "apiVersions"> = new Map([
  ["-f", "file"],
  ["--file", "file"],
  ["--values", "values"],
  ["--set", "set"],
  ["--set-string", "setString"],
  ["--set-json", "setJson"],
  ["--set-file", "setFile"],
  ["--set-literal", "setLiteral"],
  ["-a", "apiVersions"],
  ["--api-versions", "apiVersions"],
]);
/** Of those without a value. */
const SWITCHES: ReadonlyMap<string, readonly ["helm" | "hooks" | "includeCrds" | "skipTests" | "isUpgrade" | "skipSchemaValidation", boolean]> = new Map([
  ["--helm", ["helm", true]],
  ["--no-hooks", ["hooks", false]],
  ["--include-crds", ["includeCrds", true]],
  ["--skip-tests", ["skipTests", true]],
  ["--is-upgrade", ["isUpgrade", true]],
  ["--skip-schema-validation", ["skipSchemaValidation", true]],
]);

type Draft = { -readonly [Field in keyof RenderCommandOptions]: RenderCommandOptions[Field] };

/**
 * The options of `render --helm DIRECTORY`, without loading what knows all commands: undefined for another command, and for any
 * command line that is not of the plainest form, of which `runCli` says what it means.
 */
export function chartOptions([command, ...args]: readonly string[]): RenderCommandOptions | undefined {
  if (command !== "render" || !args.includes("--helm")) return undefined;
  const options: Draft = { output: "yaml", hooks: true, helmVersion: "v4" };
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? "";
    const isJoined = arg.startsWith("--") && arg.includes("=");
    const name = isJoined ? arg.slice(0, arg.indexOf("=")) : arg;
    const [field, isOn] = SWITCHES.get(arg) ?? [];
    if (field !== undefined) options[field] = isOn ?? true;
    else if (!arg.startsWith("-") && arg !== "" && options.directory === undefined) options.directory = arg;
    else if (!take(options, name, isJoined ? arg.slice(name.length + 1) : args[(index += 1)])) return undefined;
  }
  return options.helm === true ? options : undefined;
}

/** Takes an option with its value; false where it is none of these, or the value may be meant as something else. */
function take(options: Draft, name: string, value: string | undefined): boolean {
  if (value === undefined || value === "" || value.startsWith("-")) return false;
  const text = TEXTS.get(name);
  const list = LISTS.get(name);
  if (text !== undefined) options[text] = value;
  else if (list !== undefined) options[list] = [...(options[list] ?? []), value];
  else return false;
  return true;
}
