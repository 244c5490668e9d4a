import { KubeApiError, ReconcileError } from "../errors.ts";

/** Has a refused write of something of our own (`Release of Application shop/web`) told as that: it is not live state that could not be read. */
export async function writing<T>(what: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof KubeApiError)) throw error;
    throw new ReconcileError("RECORD_FAILED", `${what} could not be written: ${error.message}`, { cause: error });
  }
}
