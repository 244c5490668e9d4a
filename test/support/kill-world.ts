import type { KubeObject } from "../../src/object/kube-object.ts";
import { configMap, deployment } from "./manifests.ts";
import { widgetCrd } from "./widget-crd.ts";

/** What one commit desires: path → object. */
export type Content = ReadonlyMap<string, KubeObject>;

/** `Kind/name`: all objects live in one namespace, or in none. */
export const nameOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name}`;

const CONFIG_MAPS = 40;
const DEPLOYMENTS = 4;
const WIDGETS = 8;
/** Chances that a commit takes an object in or out, and that it changes one that stays. */
const FLIP = 0.3;
const CHANGE = 0.4;

/** A row of numbers in [0, 1) that is the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The content of the next commit: of a fixed set of ConfigMaps, Deployments and custom objects some come, some go, some
 * change. The definition and one object of each kind are in every commit, and only change. Pure but for `random`.
 */
export function nextContent(before: Content, group: string, random: () => number): Content {
  const content = new Map<string, KubeObject>([["crd.yaml", widgetCrd(group)]]);
  const take = (path: string, stays: boolean, make: (value: string) => KubeObject): void => {
    const known = before.get(path);
    const present = stays || (known !== undefined) !== random() < FLIP;
    const value = `v${Math.floor(random() * 1_000_000)}`;
    const kept = known !== undefined && random() >= CHANGE ? known : make(value);
    if (present) content.set(path, kept);
  };
  for (let index = 0; index < CONFIG_MAPS; index++) take(`cm-${index}.yaml`, index === 0, (value) => configMap(`cm-${index}`, { value }));
  for (let index = 0; index < DEPLOYMENTS; index++) take(`web-${index}.yaml`, index === 0, (value) => deployment(`web-${index}`, 1, { env: [{ name: "VALUE", value }] }));
  for (let index = 0; index < WIDGETS; index++) take(`widget-${index}.yaml`, index === 0, (value) => ({ apiVersion: `${group}/v1`, kind: "Widget", metadata: { name: `widget-${index}` }, spec: { value } }));
  return content;
}

/** How many objects differ between two contents. */
export function changesBetween(before: Content, after: Content): number {
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path)).length - 1; // the definition is made anew each time
}
