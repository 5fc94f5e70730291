import type { Account } from "../../../cloud/account.ts";

/** The owner as the listings of objects, versions and parts have it: the APPID. */
export function appOwnerElement({ appId }: Account): { readonly ID: string; readonly DisplayName: string } {
  return { ID: appId, DisplayName: appId };
}

/** The element for the owner and for the initiator of an upload: both are the emulated account. */
export function ownerElement(account: Account): { readonly ID: string; readonly DisplayName: string } {
  const { ownerUin } = account;
  return { ID: `qcs::cam::uin/${ownerUin}:uin/${ownerUin}`, DisplayName: ownerUin };
}
