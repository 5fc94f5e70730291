const ZH = {
  title: "上传到 COS",
  lead: "文件直接上传到存储，手机上没有任何密钥。",
  logIn: "登录",
  loggedIn: "已登录",
  loginFailed: "登录失败，请稍后重试。",
  photos: "照片和视频",
  documents: "PDF 文件",
  stored: "已存储的对象键",
};

export type Text = Readonly<typeof ZH>;

const EN: Text = {
  title: "Upload to COS",
  lead: "Files go straight to storage. The phone never holds a key.",
  logIn: "Log in",
  loggedIn: "Logged in",
  loginFailed: "Could not log in. Try again in a moment.",
  photos: "Photos and videos",
  documents: "PDF files",
  stored: "Object keys in storage",
};

export const TEXT: Readonly<Record<"zh" | "en", Text>> = { zh: ZH, en: EN };
