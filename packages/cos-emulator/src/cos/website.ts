import { CosError } from "./http/errors.ts";
import type { Reply } from "./http/reply.ts";
import type { CosRequest } from "./http/request.ts";
import { getObject } from "./operations/get-object.ts";
import { headObject } from "./operations/head-object.ts";
import { perform } from "./perform.ts";
import type { CosService } from "./store/service.ts";
import type { RoutingRule, WebsiteConfiguration } from "./store/website-configuration.ts";

/**
 * Answers a request to the bucket's website, `<bucket>.cos-website.<region>.myqcloud.com`: its pages are for browsers,
 * so the objects must be public (https://cloud.tencent.com/document/product/436/32670). We could not find out the
 * status of its redirects; here it is 301 to HTTPS and 302 for rules.
 *
 * @throws {CosError} MethodNotAllowed, NoSuchWebsiteConfiguration, and what GET Object throws
 */
export async function serveWebsite(service: CosService, request: CosRequest): Promise<Reply> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    throw new CosError("MethodNotAllowed", "The specified method is not allowed against this resource.", {
      reason: `a static website accepts GET and HEAD, not ${request.method}`,
    });
  }
  const website = service.settings.get("website");
  if (website === undefined) {
    throw new CosError("NoSuchWebsiteConfiguration", "The website configuration does not exist.", {
      reason: "this bucket has no website configuration",
    });
  }
  if (website.forcesHttps && !request.secure) {
    return redirect(301, "https", request, request.key);
  }
  const { key } = request;
  const byPrefix = website.rules.find(({ when }) => "prefix" in when && key.startsWith(when.prefix));
  if (byPrefix !== undefined) return follow(byPrefix, request);
  try {
    return await page(service, request, website);
  } catch (error) {
    if (!(error instanceof CosError)) throw error;
    return errorPage(service, request, website, error);
  }
}

async function page(service: CosService, request: CosRequest, website: WebsiteConfiguration): Promise<Reply> {
  const { key } = request;
  if (key === "" || key.endsWith("/")) return read(service, request, `${key}${website.indexSuffix}`);
  try {
    return await read(service, request, key);
  } catch (error) {
    const isMissing = error instanceof CosError && error.code === "NoSuchKey";
    if (!isMissing || !website.addsHtml || key.endsWith(".html")) throw error;
    return read(service, request, `${key}.html`);
  }
}

async function errorPage(
  service: CosService,
  request: CosRequest,
  website: WebsiteConfiguration,
  error: CosError,
): Promise<Reply> {
  const rule = website.rules.find(({ when }) => "status" in when && when.status === error.status);
  if (rule !== undefined) return follow(rule, request);
  const { errorKey, keepsStatus } = website;
  if (errorKey === undefined || service.store.get(errorKey) === undefined) throw error;
  const reply = await read(service, withoutConditions(request), errorKey);
  return { ...reply, status: keepsStatus ? error.status : 200 };
}

function read(service: CosService, request: CosRequest, key: string): Promise<Reply> {
  const operation = request.method === "HEAD" ? headObject : getObject;
  return perform(service, { ...request, key, path: `/${key}` }, operation);
}

/** An error document is sent whole, even if the request was for a part of another object. */
function withoutConditions(request: CosRequest): CosRequest {
  const headers = new Map(
    [...request.headers].filter(([name]) => name !== "range" && !name.startsWith("if-")),
  );
  return { ...request, headers };
}

function follow({ when, to, protocol }: RoutingRule, request: CosRequest): Reply {
  const rest = "prefix" in when ? request.key.slice(when.prefix.length) : request.key;
  const key = "key" in to ? to.key : `${to.prefix}${rest}`;
  return redirect(302, protocol ?? (request.secure ? "https" : "http"), request, key);
}

function redirect(status: 301 | 302, protocol: string, { host }: CosRequest, key: string): Reply {
  const path = key.replace(/^\/+/, "").split("/").map(encodeURIComponent).join("/");
  return { status, headers: { location: `${protocol}://${host}/${path}` } };
}
