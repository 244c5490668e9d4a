/** Who stands behind a request that the audit log names the user of. */
import { actorOf, isTool } from "./actors.ts";
import type { Actor } from "./actors.ts";
import type { AuditRecord } from "./audit-record.ts";

const ACCOUNT = "system:serviceaccount:";
const AUTOSCALER = /(autoscal|[:-]vpa|[:-]hpa|[:-]keda|recommender)/i;
/** Identities of managed control planes that no person has. */
const MACHINE = /^(eks:|aks-|aksService$|gke:|masterclient$)|\.gserviceaccount\.com$/;
/** Of those that begin with `system:` these are people's: OpenShift's and K3s' administrator. */
const PEOPLE_OF_SYSTEM: ReadonlySet<string> = new Set(["system:admin"]);
/** Go programs say so unless told otherwise: `cmd/v1.2.3 (linux/amd64) kubernetes/abcdef0`. */
const GO_PROGRAM = /\((linux|darwin|windows|freebsd)\/\w+\)/;

/** What is asked of a request. */
export type Requester = Pick<AuditRecord, "user" | "userAgent" | "subresource">;

/**
 * Accounts, nodes and components are controllers, unless the program is a tool that people and pipelines run. Everybody else
 * is a person, save where the program is known to be a controller; where neither tells (a name without `@`, an unknown Go
 * program), nobody knows: a controller must never be called a person.
 */
export function actorOfRequest(request: Requester): Actor {
  const { user, userAgent } = request;
  const [program = ""] = userAgent.split("/", 1);
  if (user === "system:anonymous") return "Unknown";
  if (isMachine(user)) return machineOf(request, program);
  const byProgram = actorOf({ manager: program, operation: "Apply" });
  if (byProgram === "Person" || user.includes("@")) return "Person";
  if (byProgram !== "Unknown") return byProgram;
  return GO_PROGRAM.test(userAgent) ? "Unknown" : "Person";
}

function isMachine(user: string): boolean {
  return (user.startsWith("system:") && !PEOPLE_OF_SYSTEM.has(user)) || MACHINE.test(user);
}

function machineOf({ user, userAgent, subresource }: Requester, program: string): Actor {
  // A token of an account is what pipelines have; of components nobody has one to type with.
  if (isTool(program) && (user.startsWith(ACCOUNT) || MACHINE.test(user))) return "Person";
  if (AUTOSCALER.test(user) || AUTOSCALER.test(userAgent)) return "Autoscaler";
  if (subresource === "scale" && user === "system:kube-controller-manager") return "Autoscaler";
  return actorOf({ manager: program, operation: "Apply" }) === "Webhook" ? "Webhook" : "Controller";
}
