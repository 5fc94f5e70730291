import "qcloud-cos-sts";

declare module "qcloud-cos-sts" {
  /** What the package gives axios, without the `proxy`; tests hold it against the package. */
  interface AxiosOptions {
    readonly method: "POST";
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    /** A form. */
    readonly data: string;
  }

  /** Sends that, and answers as axios does. */
  type Send = (options: AxiosOptions) => Promise<{ data: unknown }>;

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
