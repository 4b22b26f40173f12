// A single-page app: authorization code with PKCE (RFC 7636), tokens in memory, sign-out. No library, no build step.
"use strict";

const app = document.getElementById("app");
if (app) {
    app.hidden = false;
    const { issuer, client, scope } = app.dataset;
    const callback = location.origin + location.pathname;
    const answer = document.getElementById("answer");
    const title = document.getElementById("answer-title");
    let tokens = null;

    const base64url = (bytes) =>
        btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
    const digest = async (text) =>
        base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
    // From our own token endpoint, by TLS: the signature needs no check here (OpenID Connect Core 3.1.3.7).
    const claimsOf = (token) => {
        const text = atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"));
        return JSON.parse(new TextDecoder().decode(Uint8Array.from(text, (character) => character.charCodeAt(0))));
    };

    const show = (name, body, isRefused = false) => {
        answer.parentElement.classList.toggle("refused", isRefused);
        title.textContent = name;
        answer.textContent = typeof body === "string" ? body : JSON.stringify(body, null, 2);
        for (const button of app.querySelectorAll("[data-do]")) {
            button.disabled = button.dataset.do !== "signIn" && tokens === null;
        }
    };
    const post = (path, fields) =>
        fetch(issuer + path, { method: "POST", body: new URLSearchParams({ client_id: client, ...fields }) });
    const getTokens = async (fields) => {
        const response = await post("/oauth2/token", fields);
        const body = await response.json();
        if (!response.ok) throw new Error(body.error);
        tokens = { ...tokens, ...body };
        return claimsOf(tokens.id_token);
    };
    const get = async (name, address) => {
        const response = await fetch(address, { headers: { Authorization: `Bearer ${tokens.access_token}` } });
        show(`${name}: ${response.status}`, await response.json(), !response.ok);
    };

    const actions = {
        async signIn() {
            const kept = { state: random(), nonce: random(), verifier: random() };
            sessionStorage.setItem("sign-in", JSON.stringify(kept));
            location.assign(`${issuer}/oauth2/authorize?${new URLSearchParams({
                response_type: "code", client_id: client, redirect_uri: callback, scope,
                state: kept.state, nonce: kept.nonce,
                code_challenge: await digest(kept.verifier), code_challenge_method: "S256",
            })}`);
        },
        whoami: () => get("GET /whoami", "/whoami"),
        orders: () => get("GET /orders", "/orders"),
        userInfo: () => get("GET userInfo", `${issuer}/oauth2/userInfo`),
        async renew() {
            const claims = await getTokens({ grant_type: "refresh_token", refresh_token: tokens.refresh_token });
            show("New tokens; the ID token says", claims);
        },
        async signOut() {
            await post("/oauth2/revoke", { token: tokens.refresh_token });
            location.assign(`${issuer}/logout?${new URLSearchParams({ client_id: client, logout_uri: callback })}`);
        },
    };

    const comeBack = async (query) => {
        // The code is worth nothing without the verifier, and is not left in the address.
        history.replaceState(null, "", callback);
        const kept = JSON.parse(sessionStorage.getItem("sign-in") ?? "null");
        sessionStorage.removeItem("sign-in");
        if (kept === null || query.get("state") !== kept.state) {
            return show("You came back", "This sign-in was not begun by this app. Press “Sign in”.");
        }
        if (query.has("error")) throw new Error(query.get("error_description") ?? query.get("error"));
        const claims = await getTokens({
            grant_type: "authorization_code", code: query.get("code"), redirect_uri: callback, code_verifier: kept.verifier,
        });
        if (claims.nonce !== kept.nonce) throw new Error("The ID token is of another sign-in.");
        show("Signed in; the ID token says", claims);
    };
    const attempt = (promise) => promise.catch((error) => show("Error", String(error), true));

    for (const button of app.querySelectorAll("[data-do]")) {
        button.addEventListener("click", () => attempt(actions[button.dataset.do]()));
    }
    const query = new URLSearchParams(location.search);
    if (query.has("code") || query.has("error")) attempt(comeBack(query));
}
