import { DELETE, MAX_DELETED, type NotDeleted } from "../../shared/cos/delete-objects.ts";
import type { Serve } from "../../shared/entry/handle.ts";
import type { Invocation } from "../../shared/entry/invocation.ts";
import { invalidParameter } from "../../shared/errors.ts";
import { readJsonBody } from "../../shared/http/json-body.ts";
import type { HttpAnswer } from "../../shared/http/response.ts";
import { readOwnKey } from "../../shared/object/own-key.ts";
import { countRequest } from "../../shared/quota/count-request.ts";
import { deleteAll } from "./delete-all.ts";
import { deleteOwn } from "./delete-own.ts";
import { allPrefixes, belongings, openOwnObjects, STEPS } from "./own-objects.ts";
import { type Owner, ownerOf } from "./owner.ts";
import { readAfter } from "./read-after.ts";
import type { ObjectsService } from "./service.ts";

/** A thousand keys of the usual length, twice over. */
export const MAX_KEYS_BYTES = 256 * 1024;

/**
 * `POST /objects/delete`: `{"keys":[…]}` deletes these, and reports what happened to each; `{"all":true}`
 * deletes everything that is the caller's own, as much as fits into one call.
 */
export const deleteMany: Serve<ObjectsService> = async (request, service, invocation) => {
  const owner = ownerOf(await service.authorize(request, invocation));
  const { keys, all, after } = readJsonBody(request, ["keys", "all", "after"], MAX_KEYS_BYTES);
  if (all !== undefined) {
    if (all !== true || keys !== undefined) {
      throw invalidParameter('Give either "keys", a list, or "all", true.');
    }
    const from = readAfter(after, allPrefixes(service.rules, owner));
    await countRequest(owner, service, invocation);
    return await deleteAll(owner, from, service, invocation);
  }
  if (after !== undefined) throw invalidParameter("after is only for all.");
  const own = readKeys(keys, owner, service);
  await countRequest(owner, service, invocation);
  return await deleteKeys(owner, own, service, invocation);
};

function readKeys(value: unknown, owner: Owner, { rules }: ObjectsService): readonly string[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > MAX_DELETED) {
    throw invalidParameter(`keys must be a list of 1 to ${MAX_DELETED} object keys.`);
  }
  return [...new Set(value.map((key, index) => readOwnKey(key, owner, rules, index)))];
}

async function deleteKeys(
  owner: Owner,
  keys: readonly string[],
  service: ObjectsService,
  invocation: Invocation,
): Promise<HttpAnswer> {
  const own = await openOwnObjects(owner, service, [DELETE], invocation, allPrefixes(service.rules, owner));
  const places = keys.map((key) => ({ key, its: belongings(key, service.rules) }));
  const failed = new Map<string, NotDeleted>();
  // COS does not say in which order it deletes what one request names.
  for (const step of STEPS) {
    const some = [...new Set(places.flatMap(({ its }) => its[step]))];
    for (const item of await deleteOwn(some, own, service, invocation)) failed.set(item.key, item);
  }
  const objects = places.map(({ key, its }) => {
    const failure = STEPS.flatMap((step) => its[step].map((place) => failed.get(place))).find(
      (one) => one !== undefined,
    );
    return failure === undefined ? { key, deleted: true } : { key, deleted: false, code: failure.code };
  });
  const deleted = objects.filter((object) => object.deleted).length;
  invocation.note({ deleted, failed: objects.length - deleted });
  return { status: 200, body: { objects } };
}
