import { AsnConvert } from "@peculiar/asn1-schema";
import { GeneralName, GeneralSubtree, GeneralSubtrees, NameConstraints } from "@peculiar/asn1-x509";
import { kindOf } from "./names.ts";
import { x509 } from "./x509.ts";

const ID = "2.5.29.30";

/**
 * The extension that limits an authority to these names (RFC 5280 §4.2.1.10). A name includes its subdomains, so
 * `*.example.com` becomes `example.com`; an address is only itself. The extension is critical, so a client that does
 * not know it accepts no certificate at all.
 */
export function nameConstraints(names: readonly string[]): x509.Extension {
  const permitted = names.map((name) => new GeneralSubtree({ base: subtreeOf(name) }));
  const value = new NameConstraints({ permittedSubtrees: new GeneralSubtrees(permitted) });
  return new x509.Extension(ID, true, AsnConvert.serialize(value));
}

/** Whether a certificate is limited to exactly these names. */
export function hasNameConstraints(certificatePem: string, names: readonly string[]): boolean {
  const found = new x509.X509Certificate(certificatePem).getExtension(ID);
  if (found === null || !found.critical) return false;
  return Buffer.from(found.value).equals(Buffer.from(nameConstraints(names).value));
}

/** The host names that a certificate is limited to; none if it is not limited. */
export function permittedHosts(certificatePem: string): readonly string[] {
  const found = new x509.X509Certificate(certificatePem).getExtension(ID);
  if (found === null) return [];
  const { permittedSubtrees } = AsnConvert.parse(found.value, NameConstraints);
  return [...(permittedSubtrees ?? [])].flatMap(({ base }) => base.dNSName ?? []);
}

/** The IPv4 addresses that a certificate is limited to. */
export function permittedAddresses(certificatePem: string): readonly string[] {
  const found = new x509.X509Certificate(certificatePem).getExtension(ID);
  if (found === null) return [];
  const { permittedSubtrees } = AsnConvert.parse(found.value, NameConstraints);
  return [...(permittedSubtrees ?? [])].flatMap(({ base }) => {
    const address = /^(\d+\.\d+\.\d+\.\d+)\/(?:32|255\.255\.255\.255)$/.exec(base.iPAddress ?? "")?.[1];
    return address === undefined ? [] : [address];
  });
}

/** An address gets a mask of all ones. */
function subtreeOf(name: string): GeneralName {
  if (kindOf(name) === "dns") return new GeneralName({ dNSName: name.replace(/^\*\./, "") });
  const isVersion6 = name.includes(":");
  return new GeneralName({ iPAddress: isVersion6 ? `${name}/128` : `${name}/32` });
}
