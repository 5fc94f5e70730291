import "qcloud-cos-sts";

declare module "qcloud-cos-sts" {
  /** Sends what the package gives axios, without the `proxy`, and answers as axios does. */
  type Send = (options: object) => Promise<{ data: unknown }>;

  /**
   * The package hands its `proxy` on to axios as it is. In axios's place stands what calls it (see axios.cjs beside
   * this file).
   */
  type Sent<Options> = Omit<Options, "proxy"> & { readonly proxy: Send };

  function getCredential(options: Sent<GetCredentialOptions>): Promise<CredentialData>;

  /** @param options `token`, which the build adds, is the session token of a temporary key */
  function getRoleCredential(
    options: Sent<GetRoleCredentialOptions> & { readonly token: string },
  ): Promise<CredentialData>;
}
