/** The one account of the emulated cloud, with its permanent key. */
export interface Account {
  /** The main account's number, as in `qcs::cam::uin/<ownerUin>:…`. */
  readonly ownerUin: string;
  /** The APPID that ends every bucket's name. */
  readonly appId: string;
  /** `AKID` and 32 letters and digits. */
  readonly secretId: string;
  /** 32 letters and digits. */
  readonly secretKey: string;
}

/** The account's numbers, the same in every emulator. They are not secret: a bucket's name contains the APPID. */
export const ACCOUNT_IDS = { ownerUin: "100000000001", appId: "1250000000" } as const;

/** The one Mini Program that the emulated WeChat knows. */
export interface MiniProgram {
  readonly appId: string;
  /** The AppSecret, 32 hexadecimal digits. */
  readonly secret: string;
}

/** The Mini Program's AppID. It is not secret: everybody who has the Mini Program can read it. */
export const MINI_PROGRAM_ID = "wxe0a1b2c3d4e5f607";

/** A bucket. Its name ends in the account's APPID. */
export interface Bucket {
  readonly name: string;
  readonly region: string;
}

export const EMULATED_BUCKET: Bucket = {
  name: `uploads-${ACCOUNT_IDS.appId}`,
  region: "ap-guangzhou",
};

/** The beginning of the names of the authorities that sign the emulator's certificates. */
export const AUTHORITY_NAME = "cos-direct-upload emulator";
