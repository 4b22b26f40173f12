// What the page of an app with oidc-client-ts loads; bundled by the test.
import { UserManager, WebStorageStateStore } from "oidc-client-ts";

window.manager = (settings) => {
  sessionStorage.setItem("settings", JSON.stringify(settings));
  return managerOf(settings);
};
const managerOf = (settings) =>
  new UserManager({ ...settings, userStore: new WebStorageStateStore({ store: window.localStorage }) });
const kept = sessionStorage.getItem("settings");
if (window.parent !== window) {
  // The hidden frame of a silent renewal.
  new UserManager({ authority: "", client_id: "", redirect_uri: "" }).signinSilentCallback();
} else if (kept) {
  window.current = managerOf(JSON.parse(kept));
}
