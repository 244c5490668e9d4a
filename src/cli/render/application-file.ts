import { readFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import type { HelmOptions } from "../../../charts/helm-options.ts";
import type { RenderOptions } from "../../../charts/render.ts";
import type { Variables } from "../../../charts/substitute/substitute.ts";
import type { Application } from "../../api/application.ts";
import { API_VERSION } from "../../api/group.ts";
import { formatProblems, parseResource } from "../../api/validate.ts";
import { systemClock } from "../../controllers/clock.ts";
import { helmOptionsOf } from "../../controllers/helm-options.ts";
import { joinVariables } from "../../controllers/variable-values.ts";
import { messageOf } from "../../errors.ts";
import { parseManifests } from "../../object/yaml.ts";
import { UsageError } from "../command.ts";

/** What the command line says of how to render. */
export interface RenderingOptions {
  /** A file with the manifest of an Application. */
  readonly file?: string | undefined;
  /** `NAME=VALUE`; these count more than what the Application says. */
  readonly substitute?: readonly string[];
  /** Folders of other repositories are fetched, whatever the Application says. Default false. */
  readonly allowRemoteBases?: boolean;
}

/** How to render, and what the author would want to know. */
export interface Rendering {
  readonly options: Pick<RenderOptions, "overlay" | "helm" | "variables">;
  /** spec.path of the Application. */
  readonly path: string | undefined;
  readonly warnings: readonly string[];
}

/** Reads how an Application renders from its manifest. Throws UsageError where that is none. */
export async function readRendering({ file, substitute: given = [], allowRemoteBases = false }: RenderingOptions): Promise<Rendering> {
  const app = file === undefined ? undefined : await readApplication(file);
  const { kustomize, substitute } = app?.spec.render ?? {};
  const overlay = allowRemoteBases ? { ...kustomize, remoteBases: "Fetch" as const } : kustomize;
  const from = (substitute?.from ?? []).map(({ kind, name }) => `${kind} ${name}`);
  const values = (app?.spec.render?.helm?.valuesFrom ?? []).map(({ kind, name }) => `${kind} ${name}`);
  return {
    options: { overlay, helm: helmOf(app), variables: substitute === undefined && given.length === 0 ? undefined : variablesFrom(substitute?.vars ?? {}, given) },
    path: app === undefined ? undefined : (app.spec.path ?? "."),
    warnings: [
      ...(from.length === 0 ? [] : [`no cluster is asked: what ${from.join(" and ")} would give has to be given with --substitute NAME=VALUE`]),
      ...(values.length === 0 ? [] : [`no cluster is asked: the values of ${values.join(" and ")} are left out`]),
    ],
  };
}

/** No cluster is asked, and random values are others each time. A folder without an Application is rendered under a name of its own. */
function helmOf(app: Application | undefined): HelmOptions {
  const named = app ?? { apiVersion: API_VERSION, kind: "Application", metadata: { name: "release-name", namespace: "default" }, spec: { sourceRef: { kind: "GitSource", name: "none" } } };
  return { ...helmOptionsOf(named, { valuesFrom: [], secret: randomBytes(32), now: systemClock.now() }), asksCluster: false };
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
