/** How a removal is told. Does not contact the cluster. */
import { count } from "../../../reconciler/sentences.ts";
import { FINALIZER, GROUP, PART_OF_LABEL } from "../../api/group.ts";
import { INSTALLATION_CONFIG_MAP } from "../install/names.ts";
import { printable, symbols } from "../terminal.ts";
import type { Palette } from "../terminal.ts";
import type { Found, LeftBehind, LiveObject } from "./found.ts";
import { nameOfRef } from "./found.ts";
import type { Removal } from "./removal.ts";

/** Names in one list; more are counted. */
const NAMED = 20;

/** What will be done, step by step. */
export function removalText(removal: Removal, found: Found, server: string, { bold }: Palette): string {
  const steps = stepsOf(removal, found).map(([title, ...lines], index) => [`${bold(`${index + 1}.`)} ${title}`, ...lines.map((line) => `     ${line}`)].join("\n"));
  return `${bold("Removes Driftless")} from ${printable(server)}, where its operator is in namespace ${found.namespace}:\n\n${steps.join("\n")}\n`;
}

function stepsOf({ stop, release, remove, definitions, namespace }: Removal, { counts }: Found): (readonly string[])[] {
  const going = counts.filter(({ objects }) => objects > 0).map(({ kind, objects }) => count(objects, kind));
  return [
    ...(stop === undefined ? [] : [[`stop the operator: scale ${nameOfRef(stop.ref)} to 0, wait until its Pods are gone`]]),
    ...(release.length === 0 ? [] : [[`let go of ${count(release.length, "Application")}: take the finalizer ${FINALIZER} off, so that what was applied stays as it is`, ...names(release)]]),
    ...(remove.length === 0 ? [] : [[`delete ${count(remove.length, "object")}`, ...names(remove, Infinity)]]),
    ...(definitions.length === 0 ? [] : [[`delete ${count(definitions.length, "definition")}${going.length === 0 ? "" : `, and with them ${going.join(", ")}`}`, ...names(definitions), ...backup(going)]]),
    ...(namespace === undefined ? [] : [[`delete the ${nameOfRef(namespace.ref)} with everything that is in it`]]),
  ];
}

const names = (objects: readonly LiveObject[], limit = NAMED): string[] => [
  ...objects.slice(0, limit).map(({ ref }) => nameOfRef(ref)),
  ...(objects.length > limit ? [`and ${objects.length - limit} more`] : []),
];

/** Without what an object that is made anew must not carry; `kubectl create -f driftless.yaml` takes it. */
const BACKUP = `kubectl get gitsources.${GROUP},applications.${GROUP},notifiers.${GROUP} -A -o yaml | grep -vE '^    (uid|resourceVersion):' > driftless.yaml`;

const backup = (going: readonly string[]): string[] => (going.length === 0 ? [] : ["to have them again later (kubectl create -f driftless.yaml), keep them first:", BACKUP]);

/** What there is afterwards, and how to find it. Ends with a line break; empty text where nothing stays. */
export function staysText({ kept, namespace }: Removal, { installed, leftBehind, namespace: own, others }: Found, { bold, dim }: Palette): string {
  const hasNamespace = namespace === undefined && installed.some(({ ref }) => ref.kind === "Namespace");
  const lines = [
    ...(others.length > 0 ? [] : leftBehind.flatMap((left) => leftText(left, dim))),
    ...kept.flatMap(({ objects, reason }) => [`${symbols.bullet} ${reason}:`, ...names(objects).map((name) => `    ${name}`)]),
    ...(hasNamespace ? [`${symbols.bullet} Namespace ${own}, and in it ConfigMap and Secret ${INSTALLATION_CONFIG_MAP}, by which a new installation knows its objects again (--delete-namespace deletes it)`] : []),
  ];
  return lines.length === 0 ? "" : `${bold("What stays:")}\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

function leftText({ application, setId, resources, objects, unknown }: LeftBehind, dim: (text: string) => string): string[] {
  const found = `${symbols.bullet} ${count(objects, "object")} of Application ${application}, labelled ${PART_OF_LABEL}=${setId}`;
  return [
    found,
    ...(resources.length === 0 ? [] : [dim(`    kubectl get ${resources.join(",")} -A -l ${PART_OF_LABEL}=${setId}`)]),
    ...unknown.map((text) => `    could not be looked at: ${printable(text)}`),
  ];
}

/** There is nothing to do. */
export function nothingText({ namespace, others }: Found): string {
  const elsewhere = others.length === 0 ? "" : ` There is an installation in namespace ${others.join(", ")}: driftless uninstall -n ${others[0]}.`;
  return `Nothing of Driftless is left to remove for namespace ${namespace}.${elsewhere}\n`;
}
