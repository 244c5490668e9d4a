/** A variable of a template. */
export interface Variable {
  readonly name: string;
  /** Where an execution keeps its value. */
  readonly slot: number;
  /** Slot that is true while the variable holds what lies in an `interface {}`, as `range` gives it; 0: no range sets it. */
  readonly boxSlot: number;
}

interface Known {
  name: string;
  slot: number;
  boxSlot: number;
}

/** The slot of a name that may be written but holds nothing: using it fails when the template runs. */
const NO_SLOT = -1;

/** The variables of one template while it is parsed: which are visible, and where an execution keeps each. */
export class Scope {
  private readonly visible: Known[] = [];
  private readonly byName = new Map<string, Known[]>();
  private readonly announced: string[] = [];
  private used = 1;

  constructor() {
    this.add("$", 0);
  }

  /** To be handed to `close` where what is declared from now on goes out of sight. */
  open(): number {
    return this.visible.length;
  }

  close(mark: number): void {
    for (const { name } of this.visible.splice(mark)) this.byName.get(name)?.pop();
  }

  /** True for a name that may be written here. */
  isKnown(name: string): boolean {
    return this.innermost(name) !== undefined || this.announced.includes(name);
  }

  /** The innermost variable of a name, undefined where none holds a value. */
  find(name: string): Variable | undefined {
    const known = this.innermost(name);
    return known?.slot === NO_SLOT ? undefined : known;
  }

  /** The pipeline that sets a variable begins: its name may be written, but is still what it was before. */
  announce(name: string): void {
    this.announced.push(name);
  }

  /** The pipeline that sets announced variables ends. Gives what each name stands for: a variable of its own or, in an assignment, the one that is there. */
  settle(names: readonly string[], isAssignment: boolean): (Variable | undefined)[] {
    this.announced.length -= names.length;
    return names.map((name) => (isAssignment ? this.assigned(name) : this.add(name, this.take())));
  }

  /** Notes that a range sets a variable. */
  setByRange(variable: Variable | undefined): void {
    const known = this.byName.get(variable?.name ?? "")?.find((one) => one === variable);
    if (known !== undefined && known.boxSlot === 0) known.boxSlot = this.take();
  }

  private assigned(name: string): Variable | undefined {
    const found = this.find(name);
    if (found === undefined) this.add(name, NO_SLOT);
    return found;
  }

  private add(name: string, slot: number): Known {
    const variable = { name, slot, boxSlot: 0 };
    this.visible.push(variable);
    const others = this.byName.get(name);
    if (others === undefined) this.byName.set(name, [variable]);
    else others.push(variable);
    return variable;
  }

  private innermost(name: string): Known | undefined {
    return this.byName.get(name)?.at(-1);
  }

  private take(): number {
    this.used += 1;
    return this.used - 1;
  }
}
