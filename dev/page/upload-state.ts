import { buffer } from "node:stream/consumers";
import type { ObjectStore } from "../../packages/cos-emulator/src/index.ts";
import { readMarkers } from "../../shared/life/state.ts";
import { finalKey } from "../../shared/object/places.ts";
import type { UploadState } from "./config.ts";

/**
 * What `uploaded` has done with a file so far. It is read from the store itself, so that asking repeatedly does not fill the
 * list of requests.
 */
export async function uploadState(store: ObjectStore, key: string): Promise<UploadState> {
  const { began, ended } = await readMarkers(finalKey(key), async (request) => {
    const object = store.get(request.key);
    const data = object && (await store.read(object));
    return { status: data ? 200 : 404, headers: {}, body: data ? await buffer(data) : Buffer.alloc(0) };
  });
  const { state = "stored", reason } = ended ?? began ?? {};
  return { state, reason };
}
