import type { UploadError } from "cos-uploader";
import { createUploader } from "cos-uploader";
import { setUploader } from "cos-uploader/component/uploaders";
import { messageFor, systemLanguage } from "cos-uploader/messages";
import { parts } from "cos-uploader/parts";
import { createSession } from "cos-uploader/session";
import { ENDPOINT } from "../../config";
import { TEXT } from "./text";

const language = systemLanguage();
const text = TEXT[language];
const session = createSession(ENDPOINT);
setUploader(createUploader({ endpoint: ENDPOINT, getToken: session.getToken, parts }), session.viewUrl);

type StoredEvent = WechatMiniprogram.CustomEvent<{ readonly file: { readonly key: string } }>;

Page({
  data: {
    text,
    /** The files of `<cos-uploader>`, bound both ways. Your own page would send their keys to your server. */
    photos: [] as object[],
    documents: [] as object[],
    /** Object keys, the newest first. */
    stored: [] as string[],
    notice: "",
    isLoggedIn: false,
  },

  onLoad() {
    wx.setNavigationBarTitle({ title: text.title });
  },

  onStored({ detail }: StoredEvent) {
    this.setData({
      stored: [detail.file.key].concat(this.data.stored),
      isLoggedIn: session.getToken({ refresh: false }) !== "",
    });
  },

  onLogIn() {
    session.logIn().then(
      () => this.setData({ isLoggedIn: true, notice: "" }),
      (error: UploadError) => this.setData({ notice: loginFailure(error) }),
    );
  },
});

/** If a retry cannot help, the message says what is wrong. */
function loginFailure(error: UploadError): string {
  return error.retryable ? `${text.loginFailed} (${error.code})` : messageFor(error, language);
}
