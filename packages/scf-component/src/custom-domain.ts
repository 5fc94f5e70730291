import { DeployError } from "./errors.ts";
import type { FunctionSpec, Project } from "./project.ts";
import { ApiRefusal } from "./refusal.ts";
import type { Scf } from "./scf-client.ts";
import { type Tools, until } from "./wait.ts";

/** One path of a domain, and the function that it leads to. */
export interface Route {
  readonly path: string;
  readonly functionName: string;
  readonly namespace: string;
  readonly qualifier: string;
}

/** A custom domain as SCF has it (https://cloud.tencent.com/document/api/583/111926). */
export interface Domain {
  readonly domain: string;
  readonly protocol: string;
  readonly certificateId: string | undefined;
  readonly routes: readonly Route[];
}

export interface DomainChange {
  readonly kind: "create" | "update";
  readonly differences: readonly string[];
  readonly domain: Domain;
}

/** Only HTTPS: the functions' answers may contain credentials. */
const PROTOCOL = "HTTPS";
const PAGE = 20;

/**
 * Undefined when SCF has no such domain. This lists all domains, since the error for asking about a missing one is not
 * documented.
 */
export async function observeDomain(scf: Scf, name: string): Promise<Domain | undefined> {
  for (let offset = 0; ; offset += PAGE) {
    const { Domains = [] } = await scf.read("ListCustomDomains", name, (client) =>
      client.ListCustomDomains({ Offset: offset, Limit: PAGE }),
    );
    const found = Domains.find(({ Domain }) => Domain === name);
    if (found !== undefined) {
      return {
        domain: name,
        protocol: found.Protocol ?? "",
        certificateId: found.CertConfig?.CertificateId,
        routes: (found.EndpointsConfig ?? []).map((endpoint) => ({
          path: endpoint.PathMatch,
          functionName: endpoint.FunctionName,
          namespace: endpoint.Namespace,
          qualifier: endpoint.Qualifier,
        })),
      };
    }
    if (Domains.length < PAGE) return undefined;
  }
}

/** The change to the custom domain, if any. Paths on it that are not ours stay. */
export function planDomain(project: Project, deployed: Domain | undefined): DomainChange | undefined {
  if (project.customDomain === undefined) return undefined;
  const { domain, certificateId } = project.customDomain;
  const routes = project.functions.filter(({ url }) => url).flatMap(routesTo);
  const paths = new Set(routes.map(({ path }) => path));
  const others = (deployed?.routes ?? []).filter(({ path }) => !paths.has(path));
  const wanted: Domain = { domain, protocol: PROTOCOL, certificateId, routes: [...others, ...routes] };
  const newPaths = [...paths];
  if (deployed === undefined) return { kind: "create", differences: newPaths, domain: wanted };
  const differences = [
    ...(deployed.protocol === PROTOCOL ? [] : [`protocol ${deployed.protocol} to ${PROTOCOL}`]),
    ...(deployed.certificateId === certificateId ? [] : ["certificate"]),
    ...routes
      .filter((route) => !deployed.routes.some((other) => isSame(other, route)))
      .map(({ path }) => path),
  ];
  return differences.length === 0 ? undefined : { kind: "update", differences, domain: wanted };
}

/** The domain without the routes to these functions; undefined when no route is left. */
export function withoutFunctions(deployed: Domain, names: ReadonlySet<string>): Domain | undefined {
  const routes = deployed.routes.filter(({ functionName }) => !names.has(functionName));
  return routes.length === 0 ? undefined : { ...deployed, routes };
}

/**
 * `PathMatch` is one path, or with `/*` all paths below one (https://cloud.tencent.com/document/api/583/111926). We could
 * not find out whether the second form includes the path itself, so both are set.
 */
function routesTo({ path, subpaths, functionName }: FunctionSpec): Route[] {
  const paths = subpaths ? [path, `${path}/*`] : [path];
  return paths.map((match) => ({ path: match, functionName, namespace: "default", qualifier: "$LATEST" }));
}

function isSame(a: Route, b: Route): boolean {
  return a.path === b.path && a.functionName === b.functionName && a.namespace === b.namespace;
}

/**
 * Where the domain's CNAME must point: the host of a Function URL without the part that is specific to that URL. Where
 * there is no such host, as in a rehearsal, the target is made from the account's number.
 */
export function cnameTarget(address: string, appId: string, region: string): string {
  const match = /^https:\/\/(\d+)-[^.]+(\.[a-z0-9-]+\.tencentscf\.com)$/.exec(address);
  return match ? `${match[1]}${match[2]}` : `${appId}.${region}.tencentscf.com`;
}

/** Makes the change. SCF accepts a new domain only once it sees the CNAME record, so this waits for it. */
export async function applyDomain(
  { kind, domain }: DomainChange,
  target: string,
  tools: Tools,
): Promise<void> {
  if (kind === "update") {
    await updateDomain(domain, tools);
    return;
  }
  let hasAsked = false;
  await until(
    domain.domain,
    () => `without its DNS record CNAME ${target}`,
    async () => {
      const isCreated = await createUnlessUnknown(domain, tools);
      if (isCreated) return true;
      if (!hasAsked)
        tools.say(domain.domain, `add the DNS record CNAME ${target}; waiting for SCF to see it`);
      hasAsked = true;
      return undefined;
    },
    tools,
    tools.pace.cnameDeadlineMs,
  );
}

/** False when SCF does not see the CNAME yet. */
async function createUnlessUnknown(domain: Domain, { scf }: Tools): Promise<boolean> {
  try {
    await scf.write("CreateCustomDomain", domain.domain, (client) =>
      client.CreateCustomDomain({ Domain: domain.domain, ...settings(domain) }),
    );
    return true;
  } catch (error) {
    if (error instanceof ApiRefusal && error.code.startsWith("FailedOperation.CNAME")) return false;
    throw error;
  }
}

export async function updateDomain(domain: Domain, { scf }: Tools): Promise<void> {
  await scf.write("UpdateCustomDomain", domain.domain, (client) =>
    client.UpdateCustomDomain({ Domain: domain.domain, ...settings(domain) }),
  );
}

export async function deleteDomain({ domain }: Domain, { scf }: Tools): Promise<void> {
  await scf.write("DeleteCustomDomain", domain, (client) => client.DeleteCustomDomain({ Domain: domain }));
}

function settings(domain: Domain) {
  if (domain.certificateId === undefined && domain.protocol !== "HTTP") {
    throw new DeployError(`The domain ${domain.domain} has no certificate; give it one in SCF's console.`);
  }
  return {
    Protocol: domain.protocol,
    ...(domain.certificateId !== undefined && { CertConfig: { CertificateId: domain.certificateId } }),
    EndpointsConfig: domain.routes.map((route) => ({
      Namespace: route.namespace,
      FunctionName: route.functionName,
      Qualifier: route.qualifier,
      PathMatch: route.path,
    })),
  };
}
