import { readFile } from "node:fs/promises";
import type { RenderOptions } from "../../../charts/render.ts";
import type { Variables } from "../../../charts/substitute/substitute.ts";
import type { Application } from "../../api/application.ts";
import { formatProblems, parseResource } from "../../api/validate.ts";
import { joinVariables } from "../../controllers/variable-values.ts";
import { messageOf } from "../../errors.ts";
import { parseManifests } from "../../object/yaml.ts";
import { UsageError } from "../command.ts";

/** What the command line says of how to render. */
export interface RenderingOptions {
  /** A file with the manifest of an Application. */
  readonly file?: string;
  /** `NAME=VALUE`; these count more than what the Application says. */
  readonly substitute?: readonly string[];
}

/** How to render, and what the author would want to know. */
export interface Rendering {
  readonly options: Pick<RenderOptions, "overlay" | "variables">;
  /** spec.path of the Application. */
  readonly path: string | undefined;
  readonly warnings: readonly string[];
}

/** Reads how an Application renders from its manifest. Throws UsageError where that is none. */
export async function readRendering({ file, substitute: given = [] }: RenderingOptions): Promise<Rendering> {
  const app = file === undefined ? undefined : await readApplication(file);
  const { kustomize: overlay, substitute } = app?.spec.render ?? {};
  const from = (substitute?.from ?? []).map(({ kind, name }) => `${kind} ${name}`);
  return {
    options: { overlay, variables: substitute === undefined && given.length === 0 ? undefined : variablesFrom(substitute?.vars ?? {}, given) },
    path: app === undefined ? undefined : (app.spec.path ?? "."),
    warnings: from.length === 0 ? [] : [`no cluster is asked: what ${from.join(" and ")} would give has to be given with --substitute NAME=VALUE`],
  };
}

function variablesFrom(vars: Readonly<Record<string, string>>, given: readonly string[]): Variables {
  const pairs = given.map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)] as const);
  return joinVariables({ vars: { ...vars, ...Object.fromEntries(pairs) } }, []);
}

async function readApplication(file: string): Promise<Application> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read: ${messageOf(error)}`);
  });
  const [found, ...others] = parseManifests(text, file).filter(({ value }) => value["kind"] === "Application");
  if (found === undefined) throw new UsageError(`${file} holds no Application; -f is for its manifest`);
  if (others.length > 0) throw new UsageError(`${file} holds ${others.length + 1} Applications; give a file with one`);
  const parsed = parseResource("Application", found.value);
  if (parsed.kind === "Invalid") throw new UsageError(`${file}:${found.line}: ${formatProblems(parsed.problems)}`);
  return parsed.value;
}
