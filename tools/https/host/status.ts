import { listCertificates } from "../../../packages/https-account/src/index.ts";
import type { Endpoint, Finding } from "../../../packages/tls-check/src/index.ts";
import { checkHost } from "../../doctor/https/check-host.ts";
import type { BucketAccess } from "../../lib/bucket-api.ts";
import { placeOf } from "../../lib/network.ts";
import type { Account } from "../lib/account.ts";
import { accountFindings } from "./account-findings.ts";
import { gatherFacts } from "./facts.ts";
import { nextStep } from "./next-step.ts";

/**
 * Everything about a host: where it points, what the account says about it, how it looks from outside, and what to do next.
 *
 * @param access undefined when the settings name no bucket
 * @throws CloudError, BucketError, PolicyFormError
 */
export async function hostStatus(
  account: Account,
  access: BucketAccess | undefined,
  host: string,
): Promise<readonly Finding[]> {
  const { network, httpsPort, httpPort, clock } = account;
  const endpoint: Endpoint = { host, port: httpsPort, ...placeOf(host, network) };
  const [facts, outside] = await Promise.all([
    gatherFacts(account, access, host),
    checkHost(endpoint, network, { httpPort, now: clock() }),
  ]);
  const id = facts.domain?.Https?.CertInfo?.CertId;
  const certificate = id ? (await listCertificates(account.ssl, id)).find((one) => one.id === id) : undefined;
  const findings = [...accountFindings(facts, certificate, clock()), ...outside];
  return [...findings, nextStep(facts, findings)];
}
