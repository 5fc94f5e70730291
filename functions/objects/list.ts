import type { Serve } from "../../shared/entry/handle.ts";
import { invalidParameter } from "../../shared/errors.ts";
import type { HttpRequest } from "../../shared/http/request.ts";
import { ownPrefixes } from "../../shared/object/object-key.ts";
import { openOwnObjects } from "./own-objects.ts";
import { type Owner, ownerOf } from "./owner.ts";
import { readAfter } from "./read-after.ts";
import { readQuery } from "./read-query.ts";
import type { ObjectsService } from "./service.ts";

/** How many objects a page has. */
const LIMIT = { default: 100, max: 1000 } as const;

/** `GET /objects?limit=&after=`: the caller's own objects, a page at a time. */
export const list: Serve<ObjectsService> = async (request, service, invocation) => {
  const owner = ownerOf(await service.authorize(request, invocation));
  const { limit, after } = readQuestion(request, owner, service);
  const own = await openOwnObjects(owner, service, [], invocation);
  const { objects, next } = await own.page(after, limit);
  invocation.note({ listed: objects.length });
  return { status: 200, body: { objects, ...(next !== undefined && { next }) } };
};

function readQuestion(request: HttpRequest, owner: Owner, { rules }: ObjectsService) {
  const { limit, after } = readQuery(request, ["limit", "after"]);
  return { limit: readLimit(limit), after: readAfter(after, ownPrefixes(rules, owner)) };
}

function readLimit(value: unknown): number {
  if (value === undefined || value === "") return LIMIT.default;
  const limit = typeof value === "string" && /^\d{1,4}$/.test(value) ? Number(value) : 0;
  if (limit >= 1 && limit <= LIMIT.max) return limit;
  throw invalidParameter(`limit must be given once, as a whole number from 1 to ${LIMIT.max}.`);
}
