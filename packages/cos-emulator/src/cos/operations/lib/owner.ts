import type { Account } from "../../../cloud/account.ts";

/** Who owns an upload, and who began it: the emulated account, in both. */
export function ownerElement(account: Account): { readonly ID: string; readonly DisplayName: string } {
  const { ownerUin } = account;
  return { ID: `qcs::cam::uin/${ownerUin}:uin/${ownerUin}`, DisplayName: ownerUin };
}
