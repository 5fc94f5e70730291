import { ApiError } from "../../../cloud-api/api-error.ts";
import { list, members, onlyMembers, textMember } from "../../../cloud-api/json.ts";
import type { ApiAction } from "../../../cloud-api/listener.ts";
import type { Parameters } from "../../../cloud-api/parameters.ts";
import { type CustomDomain, domainAnswer, type Endpoint } from "../custom-domain.ts";
import { NAMESPACE, QUALIFIERS } from "../options.ts";
import { inOrder } from "../order.ts";
import { ANY_RESOURCE } from "../resource.ts";
import type { ScfService } from "../scf-service.ts";

// The custom domain calls: https://cloud.tencent.com/document/api/583/111926 and 583/111924.

const DOMAIN = /^(?=.{4,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/;
const PATH_MATCH = /^\/(?:\*|[\w.-]+(?:\/[\w.-]+)*(?:\/\*)?)?$/;
const PROTOCOLS = ["HTTP", "HTTPS", "HTTP&HTTPS"] as const;
const DEFAULT_LIMIT = 20;

const SETTINGS = ["Domain", "Protocol", "EndpointsConfig", "CertConfig", "WafConfig"];

export function createCustomDomain(scf: ScfService): ApiAction {
  return {
    parameters: new Set(SETTINGS),
    notEmulated: new Set(["Tags"]),
    resource: () => ANY_RESOURCE,
    run({ parameters }) {
      const domain = readDomain(parameters, scf, undefined);
      if (scf.domains.has(domain.domain)) {
        throw new ApiError("ResourceInUse", `The domain ${domain.domain} already exists.`);
      }
      if (!scf.options.hasCname(domain.domain)) {
        const target = `${scf.options.account.appId}.${scf.options.region}.tencentscf.com`;
        throw new ApiError(
          "FailedOperation.CNAME",
          `The domain must first have a CNAME record for ${target}.`,
        );
      }
      scf.domains.set(domain.domain, domain);
      return {};
    },
  };
}

/** Whatever is not given stays unchanged. */
export function updateCustomDomain(scf: ScfService): ApiAction {
  return {
    parameters: new Set(SETTINGS),
    resource: () => ANY_RESOURCE,
    run({ parameters }) {
      const domain = readDomain(parameters, scf, existing(scf, parameters));
      scf.domains.set(domain.domain, domain);
      return {};
    },
  };
}

export function getCustomDomain(scf: ScfService): ApiAction {
  return {
    parameters: new Set(["Domain"]),
    resource: () => ANY_RESOURCE,
    run: ({ parameters }) => domainAnswer(existing(scf, parameters)),
  };
}

export function listCustomDomains(scf: ScfService): ApiAction {
  return {
    parameters: new Set(["Offset", "Limit", "OrderBy", "Order"]),
    notEmulated: new Set(["Filters"]),
    resource: () => ANY_RESOURCE,
    run({ parameters }) {
      const domains = inOrder([...scf.domains.values()], parameters, {
        AddTime: ({ addedMs }) => addedMs,
        ModTime: ({ modifiedMs }) => modifiedMs,
      }).map(domainAnswer);
      const offset = parameters.integer("Offset") ?? 0;
      const limit = parameters.integer("Limit") ?? DEFAULT_LIMIT;
      return { Total: domains.length, Domains: domains.slice(offset, offset + limit) };
    },
  };
}

export function deleteCustomDomain(scf: ScfService): ApiAction {
  return {
    parameters: new Set(["Domain"]),
    resource: () => ANY_RESOURCE,
    run({ parameters }) {
      scf.domains.delete(existing(scf, parameters).domain);
      return {};
    },
  };
}

/** The code for a domain that does not exist is not documented; we use the general one of its family. */
function existing(scf: ScfService, parameters: Parameters): CustomDomain {
  const name = parameters.requiredText("Domain");
  const domain = scf.domains.get(name);
  if (domain === undefined) throw new ApiError("ResourceNotFound", `The domain ${name} does not exist.`);
  return domain;
}

function readDomain(parameters: Parameters, scf: ScfService, old: CustomDomain | undefined): CustomDomain {
  const domain = parameters.requiredText("Domain");
  if (!DOMAIN.test(domain)) throw wrong("Domain", "is not a domain name");
  const text = parameters.text("Protocol") ?? old?.protocol ?? parameters.requiredText("Protocol");
  const protocol = PROTOCOLS.find((one) => one === text);
  if (protocol === undefined) throw wrong("Protocol", "must be HTTP, HTTPS or HTTP&HTTPS");
  const cert = parameters.raw("CertConfig");
  const certificateId =
    cert === undefined
      ? old?.certificateId
      : textMember(members(cert, "CertConfig"), "CertificateId", "CertConfig");
  if (protocol !== "HTTP" && !certificateId) throw wrong("CertConfig", "is needed for HTTPS");
  const endpoints = parameters.raw("EndpointsConfig");
  const now = scf.options.clock();
  return {
    domain,
    addedMs: old?.addedMs ?? now,
    modifiedMs: now,
    protocol,
    certificateId,
    endpoints: endpoints === undefined && old ? old.endpoints : readEndpoints(endpoints, scf),
  };
}

function readEndpoints(value: unknown, scf: ScfService): Endpoint[] {
  const endpoints = list(value, "EndpointsConfig").map((item) => readEndpoint(item, scf));
  const paths = new Set(endpoints.map(({ pathMatch }) => pathMatch));
  if (endpoints.length === 0) throw wrong("EndpointsConfig", "is empty");
  if (paths.size < endpoints.length) throw wrong("EndpointsConfig", "has a path twice");
  return endpoints;
}

function readEndpoint(value: unknown, scf: ScfService): Endpoint {
  const at = "EndpointsConfig[]";
  const endpoint = members(value, at);
  onlyMembers(endpoint, ["Namespace", "FunctionName", "Qualifier", "PathMatch", "PathRewrite"], at);
  const functionName = textMember(endpoint, "FunctionName", at) ?? "";
  const qualifier = textMember(endpoint, "Qualifier", at) ?? "";
  const pathMatch = textMember(endpoint, "PathMatch", at) ?? "";
  if (textMember(endpoint, "Namespace", at) !== NAMESPACE) throw wrong(`${at}.Namespace`, "does not exist");
  if (!QUALIFIERS.has(qualifier)) throw wrong(`${at}.Qualifier`, "is not a version");
  if (!PATH_MATCH.test(pathMatch)) throw wrong(`${at}.PathMatch`, "must be /, /*, /xxx or /xxx/*");
  if (scf.find(functionName) === undefined) {
    throw new ApiError("ResourceNotFound.Function", `The function ${functionName} does not exist.`);
  }
  return { functionName, qualifier, pathMatch };
}

function wrong(name: string, problem: string): ApiError {
  return new ApiError("InvalidParameterValue", `The value of the parameter \`${name}\` ${problem}.`);
}
