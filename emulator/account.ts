/**
 * The one account that the emulator plays, with its permanent key.
 *
 * The key is public on purpose: it opens nothing but an emulator on this machine.
 */
export interface Account {
  /** The main account's number, as in `qcs::cam::uin/<ownerUin>:…`. */
  readonly ownerUin: string;
  /** The APPID that ends every bucket's name. */
  readonly appId: string;
  readonly secretId: string;
  readonly secretKey: string;
}

export const EMULATED_ACCOUNT: Account = {
  ownerUin: "100000000001",
  appId: "1250000000",
  secretId: "AKIDEmulatorEmulatorEmulatorEmulator",
  secretKey: "EmulatorSecretEmulatorSecret0000",
};

/** The one bucket that exists; its name ends in the account's APPID. */
export interface Bucket {
  readonly name: string;
  readonly region: string;
}

export const EMULATED_BUCKET: Bucket = {
  name: `uploads-${EMULATED_ACCOUNT.appId}`,
  region: "ap-guangzhou",
};
