// Copy buttons, and the calls that a single-page app would send.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue; // plain http on another host has no clipboard
    button.hidden = false;
    const label = button.textContent;
    button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
        button.textContent = button.dataset.done;
        setTimeout(() => { button.textContent = label; }, 2000);
    });
}

const form = document.getElementById("try");
if (form) {
    form.hidden = false;
    const answer = document.getElementById("answer");
    const title = document.getElementById("answer-title");
    let accessToken = null;

    const value = (name) => form.elements[name].value.trim();
    const requests = {
        SignUp: () => ({
            Username: value("username"), Password: form.elements.password.value,
            UserAttributes: [{ Name: "email", Value: value("email") }],
        }),
        ConfirmSignUp: () => ({ Username: value("username"), ConfirmationCode: value("code") }),
        ResendConfirmationCode: () => ({ Username: value("username") }),
        InitiateAuth: () => ({
            AuthFlow: "USER_PASSWORD_AUTH",
            AuthParameters: { USERNAME: value("username"), PASSWORD: form.elements.password.value },
        }),
        GlobalSignOut: () => ({ AccessToken: accessToken ?? "" }),
    };

    const call = (name) => {
        if (name === "whoami") {
            return fetch("/whoami", { headers: accessToken ? { Authorization: `Bearer ${accessToken}` } : {} });
        }
        const body = requests[name]();
        if (!("AccessToken" in body)) body.ClientId = form.dataset.client;
        return fetch(form.dataset.endpoint, {
            method: "POST",
            headers: {
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": `AWSCognitoIdentityProviderService.${name}`,
            },
            body: JSON.stringify(body),
        });
    };

    const show = (name, status, body) => {
        answer.parentElement.classList.toggle("refused", status >= 400 || status === 0);
        title.textContent = status ? `${name}: ${status}` : name;
        answer.textContent = typeof body === "string" ? body : JSON.stringify(body, null, 2);
    };

    form.addEventListener("submit", (event) => event.preventDefault());
    for (const button of form.querySelectorAll("[data-call]")) {
        button.addEventListener("click", async () => {
            const name = button.dataset.call;
            button.disabled = true;
            try {
                const response = await call(name);
                const body = await response.json();
                if (name === "InitiateAuth" && body.AuthenticationResult) accessToken = body.AuthenticationResult.AccessToken;
                show(button.textContent, response.status, body);
            } catch (error) {
                show(button.textContent, 0, String(error));
            } finally {
                button.disabled = false;
            }
        });
    }
}
