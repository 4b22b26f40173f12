"use strict";

// Buttons that copy the text of the element they name.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = button.dataset.copied;
    } catch {
      // Without permission or https the text is selected for the person to copy.
      window.getSelection().selectAllChildren(source);
    }
  });
}
