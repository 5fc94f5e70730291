import type { ApiCall } from "../../cloud-api/authenticate.ts";
import type { Access } from "../../cloud-api/authorize.ts";
import { NAMESPACE } from "./options.ts";
import type { ScfService } from "./scf-service.ts";
import { readFunctionName, readRole } from "./validate.ts";

/** The resource of an action that is not about one function. */
export const ANY_RESOURCE = "*";

/**
 * The function that a call names, whether it exists or not.
 * Source: SCF's resource description, https://cloud.tencent.com/document/product/583/40142
 */
export function functionResource(scf: ScfService): (call: ApiCall) => string {
  const { account, region } = scf.options;
  return ({ parameters }) => {
    const namespace = parameters.text("Namespace") ?? NAMESPACE;
    const name = readFunctionName(parameters);
    return `qcs::scf:${region}:uin/${account.ownerUin}:namespace/${namespace}/function/${name}`;
  };
}

/**
 * Giving a function a role passes on the role's rights, and needs permission; otherwise a key could create a function
 * that may do more than the key itself.
 */
export function passRole(scf: ScfService): (call: ApiCall) => readonly Access[] {
  return ({ parameters }) => {
    const role = readRole(parameters);
    if (!role) return [];
    return [
      {
        action: "cam:PassRole",
        resource: `qcs::cam::uin/${scf.options.account.ownerUin}:roleName/${role}`,
      },
    ];
  };
}
