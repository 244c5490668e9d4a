import type { Condition } from "../../src/api/meta.ts";

/** One of our objects, as far as the rules for its status go. */
interface WithStatus {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly generation?: number };
  readonly status?: { readonly observedGeneration?: number; readonly conditions?: readonly Condition[] };
}

/** What the values of Secrets in tests contain, so that they are recognised wherever they should not be. */
export const CANARY = "canary-7f3d91";
/** In base64 the last bytes depend on what follows. */
const CANARIES = [CANARY, Buffer.from(CANARY).toString("base64").slice(0, -4)];

/** Everything that breaks a rule which holds for every status that the operator leaves behind. */
export function statusProblems(object: WithStatus): string[] {
  const { status = {} } = object;
  const { conditions = [] } = status;
  const isTrue = (type: string): boolean => conditions.some((condition) => condition.type === type && condition.status === "True");
  const problems = [
    ...(conditions.some(({ type }) => type === mainOf(object)) ? [] : [`no condition ${mainOf(object)}`]),
    ...(isTrue("Reconciling") && isTrue("Stalled") ? ["Reconciling and Stalled at the same time"] : []),
    ...(isTrue("Ready") && (isTrue("Reconciling") || isTrue("Stalled")) ? ["Ready while Reconciling or Stalled"] : []),
    ...(status.observedGeneration === object.metadata.generation || isOver(object) ? [] : [`observedGeneration ${status.observedGeneration} of ${object.metadata.generation}`]),
    ...(new Set(conditions.map(({ type }) => type)).size === conditions.length ? [] : ["a type of condition twice"]),
    ...(leaks(JSON.stringify(status)) ? ["a Secret's value"] : []),
    ...conditions.flatMap((condition) => conditionProblems(condition, isOver(object) ? condition.observedGeneration : object.metadata.generation)),
  ];
  return problems.map((problem) => `${object.kind} ${object.metadata.name}: ${problem}`);
}

/** The condition that sums up all others. */
const mainOf = ({ kind }: WithStatus): string => (kind === "Release" ? "Succeeded" : "Ready");

/** A Release that is finished is not looked at again, whatever is written to it. */
const isOver = ({ kind, status }: WithStatus): boolean => kind === "Release" && status?.conditions?.some(({ status }) => status !== "Unknown") === true;

/** True when a text holds a Secret's value of a test, plain or in base64. */
export function leaks(text: string): boolean {
  return CANARIES.some((canary) => text.includes(canary));
}

function conditionProblems({ type, status, reason, message, observedGeneration }: Condition, generation: number | undefined): string[] {
  const abnormal = type === "Reconciling" || type === "Stalled";
  // Others may be carried over by an attempt that looked at nothing: they keep the generation that they were seen at.
  const current = abnormal || type === "Ready" ? observedGeneration === generation : (observedGeneration ?? Infinity) <= (generation ?? 0);
  return [
    ...(/^([A-Z][a-z0-9]*)+$/.test(reason) ? [] : [`${type}: reason "${reason}" is not CamelCase`]),
    ...(current ? [] : [`${type}: observedGeneration ${observedGeneration} of ${generation}`]),
    ...(message.trim() === "" ? [`${type}: no message`] : []),
    ...(abnormal && status !== "True" ? [`${type} is ${status}; it is present only while True`] : []),
    ...(/\bundefined\b|\[object |\bNaN\b/.test(message) ? [`${type}: message shows a programming mistake: ${message}`] : []),
  ];
}
