import { loadCel } from "../../../reconciler/health/cel.ts";
import type { Expression } from "../../../reconciler/health/cel.ts";
import { CelVariables } from "../../../reconciler/health/cel-value.ts";
import { severities } from "../../api/notifier.ts";
import type { NotifierRoute, NotifierSpec, Severity } from "../../api/notifier.ts";
import { messageOf } from "../../errors.ts";
import { textGlob } from "../../object/text-glob.ts";
import type { Observation } from "../observation.ts";
import { episodeData } from "./episode-data.ts";

/** Which observations a Notifier tells. */
export interface Routes {
  /** True where one route fits. Of what is quiet only subject and class are looked at: what was opened is closed too. */
  fits(observation: Observation): boolean;
  /** Whether news of a severity is told about what an observation is about: that a deployment has succeeded (Info), that drift was corrected. */
  reaches(observation: Observation, severity: Severity): boolean;
}

/** Routes, and what is wrong with them, each with its place in the spec. */
export interface CompiledRoutes {
  readonly routes: Routes;
  readonly problems: readonly string[];
}

/** Where a Notifier is, and whether it may tell of other namespaces. */
export interface RouteScope {
  readonly namespace: string;
  readonly operatorNamespace: string;
}

interface CompiledRoute {
  readonly ofSubject: (observation: Observation) => boolean;
  readonly ofState: (observation: Observation) => boolean;
}

/**
 * Reads `spec.routes`. Without routes all of the Notifier's own namespace is told. A route with a problem fits nothing. An
 * expression that fails over an observation fits it, so that a mistake loses no message.
 */
export async function compileRoutes({ routes = [{}] }: Pick<NotifierSpec, "routes">, scope: RouteScope): Promise<CompiledRoutes> {
  const problems: string[] = [];
  const compiled: CompiledRoute[] = [];
  for (const [index, route] of routes.entries()) {
    const place = `spec.routes[${index}]`;
    const refused = foreignNamespace(route, scope);
    const when = await conditionOf(route.when);
    if (refused !== undefined) problems.push(`${place}.namespaces: ${refused}`);
    else if (typeof when === "string") problems.push(`${place}.when: ${when}`);
    else compiled.push({ ofSubject: subjectFilter(route, scope), ofState: stateFilter(route, when) });
  }
  const anyFits = (observation: Observation): boolean => compiled.some(({ ofSubject, ofState }) => ofSubject(observation) && ofState(observation));
  return {
    routes: {
      fits: (observation) => (observation.state === "Quiet" ? compiled.some(({ ofSubject }) => ofSubject(observation)) : anyFits(observation)),
      reaches: (observation, severity) => anyFits(asNews(observation, severity)),
    },
    problems,
  };
}

/** Of drift that was corrected, who made it. */
function asNews(observation: Observation, severity: Severity): Observation {
  const { class: kind, corrected, facts, security } = observation;
  if (kind !== "Drift" || corrected === undefined) return { ...observation, severity };
  return { ...observation, severity, security: security || severity === "Critical", facts: { ...facts, findings: corrected.newest } };
}

/** What somebody may not read in another namespace, no message may tell. */
function foreignNamespace({ namespaces = [] }: NotifierRoute, { namespace, operatorNamespace }: RouteScope): string | undefined {
  const foreign = namespaces.find((name) => name !== namespace);
  if (foreign === undefined || namespace === operatorNamespace) return undefined;
  return `"${foreign}" is not the Notifier's own namespace; only a Notifier in ${operatorNamespace} may tell of others`;
}

/** The compiled expression, undefined where there is none, or what is wrong with it. */
async function conditionOf(text: string | undefined): Promise<Expression | string | undefined> {
  if (text === undefined) return undefined;
  try {
    return (await loadCel()).compile(text);
  } catch (error) {
    return messageOf(error);
  }
}

function subjectFilter({ namespaces, applications, classes }: NotifierRoute, { namespace }: RouteScope): CompiledRoute["ofSubject"] {
  const inNamespace = anyOf(namespaces ?? [namespace]);
  const isNamed = anyOf(applications ?? ["*"]);
  return ({ subject, class: kind }) => inNamespace(subject.namespace) && isNamed(subject.name) && (classes?.includes(kind) ?? true);
}

function stateFilter({ minSeverity = "Info", actors }: NotifierRoute, when: Expression | undefined): CompiledRoute["ofState"] {
  const least = severities.indexOf(minSeverity);
  return (observation) => {
    if (severities.indexOf(observation.severity) < least) return false;
    if (actors !== undefined && observation.class === "Drift" && !(observation.facts.findings ?? []).some(({ actor = "Unknown" }) => actors.includes(actor))) return false;
    return when === undefined || when(new CelVariables({ episode: episodeData(observation) })) !== false;
  };
}

function anyOf(globs: readonly string[]): (text: string) => boolean {
  const tests = globs.map(textGlob);
  return (text) => tests.some((test) => test(text));
}
