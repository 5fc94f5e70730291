import type { Account } from "../../../cloud/account.ts";

/** The element for the owner and for the initiator of an upload: both are the emulated account. */
export function ownerElement(account: Account): { readonly ID: string; readonly DisplayName: string } {
  const { ownerUin } = account;
  return { ID: `qcs::cam::uin/${ownerUin}:uin/${ownerUin}`, DisplayName: ownerUin };
}
