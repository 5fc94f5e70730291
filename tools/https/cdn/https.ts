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
 * Installs one of the account's certificates on a domain of the CDN, switches HTTPS on, and checks from outside until the
 * certificate is in use.
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
    world.write(`${host} already has certificate ${id}; nothing to do.\n`);
  } else if (isThere) {
    world.write(`${host} has certificate ${id}, and the CDN is deploying it.\n`);
    await waitUntilDeployed(account, host, world);
  } else {
    const before = domain.Https?.CertInfo?.CertId;
    const instead = isOn(domain.Https)
      ? `, in place of ${before || "the one that it has"}`
      : ", and switch HTTPS on";
    await carryOut(
      {
        steps: [
          {
            what: `Install certificate ${described(certificate)} for ${host} on the CDN${instead}.`,
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
        question: `Install the certificate on ${host}?`,
      },
      consent,
      world,
    );
  }
  return await waitUntilShown(account, host, certificate.ends, world);
}

const BILLING = "The CDN bills HTTPS requests by their number.";

async function elsewhereNote({ network }: Account, host: string): Promise<string[]> {
  const server = whoseServer(await cnamesOf(host, network));
  if (server === undefined || server.who === "Tencent Cloud's CDN") return [];
  return [
    `The DNS of ${host} points to ${server.who}, not to the CDN. Until it points to the CDN, nobody sees this certificate.`,
  ];
}
