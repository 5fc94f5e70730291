import type { Serve } from "../../shared/entry/handle.ts";
import { invalidParameter } from "../../shared/errors.ts";
import type { HttpRequest } from "../../shared/http/request.ts";
import { ownPrefixes } from "../../shared/object/object-key.ts";
import { countRequest } from "../../shared/quota/count-request.ts";
import { HEAD, MAX_DETAILED, withDetails } from "./details.ts";
import { openOwnObjects } from "./own-objects.ts";
import { type Owner, ownerOf } from "./owner.ts";
import { readAfter } from "./read-after.ts";
import { readQuery } from "./read-query.ts";
import type { ObjectsService } from "./service.ts";

/** How many objects a page has. */
const LIMIT = { default: 100, max: 1000 } as const;

/**
 * `GET /objects?limit=&after=`: the caller's own objects, a page at a time; with `details=true`, also what each was
 * stored with.
 */
export const list: Serve<ObjectsService> = async (request, service, invocation) => {
  const owner = ownerOf(await service.authorize(request, invocation));
  const { limit, after, isDetailed } = readQuestion(request, owner, service);
  await countRequest(owner, service, invocation);
  const own = await openOwnObjects(owner, service, isDetailed ? [HEAD] : [], invocation);
  const { objects, next } = await own.page(after, limit);
  invocation.note({ listed: objects.length });
  const told = isDetailed ? await withDetails(objects, own, service, invocation) : objects;
  return { status: 200, body: { objects: told, ...(next !== undefined && { next }) } };
};

function readQuestion(request: HttpRequest, owner: Owner, { rules }: ObjectsService) {
  const { limit, after, details } = readQuery(request, ["limit", "after", "details"]);
  const isDetailed = readDetails(details);
  return {
    limit: readLimit(limit, isDetailed),
    after: readAfter(after, ownPrefixes(rules, owner)),
    isDetailed,
  };
}

function readDetails(value: unknown): boolean {
  if (value === undefined || value === "" || value === "false") return false;
  if (value === "true") return true;
  throw invalidParameter("details must be given once, as true or false.");
}

function readLimit(value: unknown, isDetailed: boolean): number {
  if (value === undefined || value === "") return LIMIT.default;
  const max = isDetailed ? MAX_DETAILED : LIMIT.max;
  const limit = typeof value === "string" && /^\d{1,4}$/.test(value) ? Number(value) : 0;
  if (limit >= 1 && limit <= max) return limit;
  throw invalidParameter(
    `limit must be given once, as a whole number from 1 to ${max}${isDetailed ? " with details=true, for which each object is looked at by itself" : ""}.`,
  );
}
