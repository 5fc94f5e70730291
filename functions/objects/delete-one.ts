import { DELETE, deleteObject } from "../../shared/cos/delete-objects.ts";
import type { Serve } from "../../shared/entry/handle.ts";
import { readOwnKey } from "../../shared/object/own-key.ts";
import { countRequest } from "../../shared/quota/count-request.ts";
import { belongings, STEPS } from "./own-objects.ts";
import { ownerOf } from "./owner.ts";
import { readQuery } from "./read-query.ts";
import { type ObjectsService, OWN_CREDENTIAL_SECONDS } from "./service.ts";

/** `DELETE /objects?key=…`: 204, whether or not the object was still there. */
export const deleteOne: Serve<ObjectsService> = async (request, service, invocation) => {
  const owner = ownerOf(await service.authorize(request, invocation));
  const { key: value } = readQuery(request, ["key"]);
  const key = readOwnKey(value, owner, service.rules);
  invocation.note({ key });
  await countRequest(owner, service, invocation);
  const grant = (place: string) => ({ key: place, permissions: [DELETE], credentialStaysHere: true });
  const its = belongings(key, service.rules);
  const places = STEPS.flatMap((step) => its[step]);
  const granted = await service.sts.credentialsFor(places, grant, OWN_CREDENTIAL_SECONDS, invocation);
  for (const { item, credential } of granted) await deleteObject(service.cos, item, credential, invocation);
  return { status: 204 };
};
