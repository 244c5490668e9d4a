import { driftHoldOf, holdOff, isOver } from "../../drift/drift-hold.ts";
import type { Application } from "../api/application.ts";
import { STATUS_MANAGER } from "../api/group.ts";
import { messageOf } from "../errors.ts";
import type { ApplicationDeps } from "./application-deps.ts";
import { nameOf } from "./resource-store.ts";
import { refOf } from "./status-writer.ts";

/**
 * Takes the annotation of a hold that is over off an Application: a later write of the tool that set it would begin it anew.
 * What cannot be written stays, and is tried again at the next look.
 */
export async function endHold(app: Application, { cluster, clock, logger }: Pick<ApplicationDeps, "cluster" | "clock" | "logger">, signal: AbortSignal): Promise<void> {
  if (!isOver(driftHoldOf(app.metadata), clock.now())) return;
  const patch = [{ op: "test", path: "/metadata/uid", value: app.metadata.uid ?? "" }, ...holdOff(app.metadata)];
  try {
    await cluster.patch(refOf(app), patch, { type: "json", fieldManager: STATUS_MANAGER, signal });
  } catch (error) {
    signal.throwIfAborted();
    logger.warn({ application: nameOf(app), cause: messageOf(error) }, "the annotation of a hold that is over stays");
  }
}
