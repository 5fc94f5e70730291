import { httpsWith, isDeploying, isOn } from "../../../packages/https-account/src/index.ts";
import { type Finding, whoseServer } from "../../../packages/tls-check/src/index.ts";
import type { Consent } from "../../lib/consent.ts";
import { cnamesOf } from "../../lib/network.ts";
import { type Account, domainOnCdn } from "../lib/account.ts";
import { described, fittingCertificate } from "../lib/certificates.ts";
import { changeDomain, waitUntilDeployed } from "../lib/change-domain.ts";
import { waitUntilShown } from "../lib/outside.ts";
import { carryOut } from "../plan.ts";
import type { HttpsWorld } from "../world.ts";

/**
 * Puts a certificate of the account's on a domain of the CDN, with HTTPS on, and looks from outside until it is shown.
 *
 * @throws NotDone, DryRun, CloudError
 */
export async function setCertificate(
  account: Account,
  host: string,
  id: string,
  consent: Consent,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  const domain = await domainOnCdn(account, host);
  const certificate = await fittingCertificate(account, id, host);
  const isThere = isOn(domain.Https) && domain.Https?.CertInfo?.CertId === id;
  if (isThere && !isDeploying(domain)) {
    world.write(`${host} has certificate ${id} already; nothing to do.\n`);
  } else if (isThere) {
    world.write(`${host} has certificate ${id}, and the CDN is deploying it.\n`);
    await waitUntilDeployed(account, host, world);
  } else {
    const before = domain.Https?.CertInfo?.CertId;
    const instead = isOn(domain.Https) ? ` in place of ${before || "the one that it has"}` : ", and HTTPS on";
    await carryOut(
      {
        steps: [
          {
            what: `Put certificate ${described(certificate)} on ${host} on the CDN${instead}.`,
            run: async () => {
              await changeDomain(
                account,
                host,
                (now) => ({ Https: httpsWith(now, { Switch: "on", certId: id }) }),
                world,
              );
            },
          },
        ],
        notes: [...(isOn(domain.Https) ? [] : [BILLING]), ...(await elsewhereNote(account, host))],
        question: `Put the certificate on ${host}?`,
      },
      consent,
      world,
    );
  }
  return await waitUntilShown(account, host, certificate.ends, world);
}

const BILLING = "HTTPS requests on the CDN are billed by their number.";

async function elsewhereNote({ network }: Account, host: string): Promise<string[]> {
  const server = whoseServer(await cnamesOf(host, network));
  if (server === undefined || server.who === "Tencent Cloud's CDN") return [];
  return [
    `The DNS of ${host} points to ${server.who}, not to the CDN: until it does, nobody sees this certificate.`,
  ];
}
