import { expect, test } from "vitest";
import type { LiveMember, Members } from "../../../reconciler/observed.ts";
import { unwatchedMembers } from "../../../reconciler/unwatched.ts";
import type { ObjectKey } from "../../../src/object/object-id.ts";
import { LookWorld } from "../../support/look-world.ts";
import { configMapMember, configMaps, memberAt, namesOf } from "../../support/plan-cases.ts";

/** An Application over ConfigMaps, which are watched, and Gizmos, which are not. */
class TwoKinds {
  readonly all = new Map<ObjectKey, LiveMember>();
  readonly #request = new LookWorld().request({ full: true });

  add(member: LiveMember): void {
    this.all.set(member.key, member);
  }

  /** `survey`: what it comes to, and what happens meanwhile. */
  async look(survey: () => readonly string[]) {
    const members = (): Members => new Map([...this.all].filter(([, { id }]) => id.kind === "ConfigMap"));
    const found = await unwatchedMembers(configMaps("a"), this.#request, { members, known: () => this.all, survey: async () => survey() });
    return { members: namesOf([...found.members.values()]), hidden: namesOf(found.hidden) };
  }
}

const gizmo = (name: string): LiveMember => memberAt(`example.com/Gizmo/shop/${name}`);

test("a member of a watched kind that arrives while others are listed is nobody's riddle", async () => {
  const world = new TwoKinds();
  world.add(gizmo("g"));
  expect(await world.look(() => {
    world.add(configMapMember("late"));
    return ["Gizmo.example.com"];
  })).toEqual({ members: ["g"], hidden: [] });
});

test("a stale member of a kind that can be neither watched nor listed is told", async () => {
  const world = new TwoKinds();
  world.add(gizmo("g"));
  expect(await world.look(() => [])).toEqual({ members: [], hidden: ["g"] });
});
