import { handleRoutes } from "../../shared/entry/handle.ts";
import { deleteMany, MAX_KEYS_BYTES } from "./delete-many.ts";
import { deleteOne } from "./delete-one.ts";
import { list } from "./list.ts";
import { objectsService } from "./service.ts";

/** A caller's own objects: listed, and deleted. */
export const main_handler = handleRoutes("objects", objectsService, [
  { path: "", methods: ["GET"], serve: list },
  { path: "", methods: ["DELETE"], serve: deleteOne },
  { path: "/delete", methods: ["POST"], serve: deleteMany, maxBodyBytes: MAX_KEYS_BYTES },
]);
