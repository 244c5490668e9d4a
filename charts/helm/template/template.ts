import type { List } from "./statements.ts";

/** A parsed template: a file's body or one of its definitions. Never changed; may be executed any number of times. */
export class Template {
  readonly name: string;
  readonly root: List;
  /** Nothing but space and comments: such a body does not take the place of another one of the same name. */
  readonly isEmpty: boolean;

  constructor(name: string, root: List) {
    this.name = name;
    this.root = root;
    this.isEmpty = root.isEmpty;
  }
}
