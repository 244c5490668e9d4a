import { messageOf } from "../../../src/errors.ts";
import { parseVersion } from "../semver/version.ts";
import type { ChartMetadata } from "./chart.ts";
import type { GoFields } from "./go-fields.ts";

const ALIAS = /^[a-zA-Z0-9_-]+$/;
const TYPES: ReadonlySet<string> = new Set(["", "application", "library"]);

/** Takes note of everything in Chart.yaml that Helm refuses. `dependencies` is the document that names the dependencies. */
export function checkMetadata(metadata: ChartMetadata, dependencies: GoFields, main: GoFields): void {
  checkName(metadata, main);
  checkVersion(metadata, main);
  if (!TYPES.has(metadata.type)) main.flaw(`type "${metadata.type}" is not known; it must be application or library`, "type");
  checkDependencies(metadata, dependencies);
}

function checkName({ name }: ChartMetadata, fields: GoFields): void {
  if (name === "") fields.flaw("name is required");
  else if (name === "." || name === ".." || name.includes("/")) fields.flaw(`name "${name}" is not allowed: it names a folder`, "name");
}

function checkVersion({ version }: ChartMetadata, fields: GoFields): void {
  if (version === "") return fields.flaw("version is required, such as 1.0.0");
  try {
    parseVersion(version);
  } catch (error) {
    fields.flaw(`version "${version}" is no semantic version such as 1.0.0: ${messageOf(error)}`, "version");
  }
}

/** Dependencies of one chart: each is looked for among the vendored ones. */
const MAX_DEPENDENCIES = 1000;

function checkDependencies({ dependencies }: ChartMetadata, fields: GoFields): void {
  const names = new Set<string>();
  if (dependencies.length > MAX_DEPENDENCIES) return fields.flaw(`more than ${MAX_DEPENDENCIES} dependencies are not supported`, "dependencies");
  for (const { name, alias } of dependencies) {
    if (alias !== "" && !ALIAS.test(alias)) fields.flaw(`alias "${alias}" of dependency "${name}" must consist of letters, digits, _ and -`, "dependencies");
    const key = alias === "" ? name : alias;
    if (names.has(key)) fields.flaw(`more than one dependency with name or alias "${key}"; give one an alias`, "dependencies");
    names.add(key);
  }
}
