// One press on a number takes the whole of it along.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  event.preventDefault();
  await navigator.clipboard.writeText(button.dataset.copy);
  button.classList.add("done");
  setTimeout(() => button.classList.remove("done"), 1500);
});

// Keys: / searches, g and a letter goes to a page, ? shows them all. Never while somebody is writing.
(() => {
  let going = 0;
  const writing = (to) => to.closest("input, textarea, select, [contenteditable]");
  const keys = () => document.getElementById("xt-keys");
  document.addEventListener("keydown", (event) => {
    const searches = event.key === "/" || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey));
    if (event.defaultPrevented || writing(event.target) || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && !searches) return;
    const box = document.getElementById("xt-find");
    if (searches && box) {
      event.preventDefault();
      box.focus();
      box.select();
    } else if (event.key === "?" && keys()) {
      event.preventDefault();
      if (keys().open) keys().close();
      else keys().showModal();
    } else if (event.key === "g") {
      going = Date.now();
    } else if (Date.now() - going < 1500) {
      going = 0;
      const to = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
      if (to) location.assign(to.href);
    }
  });
  document.addEventListener("click", (event) => event.target === keys() && keys().close());
})();

// A page with one decision has a key for each answer: a button is pressed, a field is gone to. Enter there refuses.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
  const hot = document.querySelector(`[data-hot="${CSS.escape(event.key)}"]`);
  if (!hot) return;
  event.preventDefault();
  if (hot.matches("input")) hot.focus();
  else hot.click();
});

// The page follows the evening while it is open, where the person has not chosen a look.
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (now) => {
  const chosen = (localStorage.getItem("_x_adminTheme") || "auto").replaceAll('"', "");
  if (chosen === "auto") document.documentElement.classList.toggle("dark", now.matches);
});

// A form shows only the parts that the chosen kind has; without this script it shows them all.
document.addEventListener("DOMContentLoaded", () => {
  const chooser = document.querySelector("select[data-shows]");
  if (!chooser) return;
  const show = () => {
    for (const part of document.querySelectorAll("[data-when]")) {
      part.hidden = !part.dataset.when.split(" ").includes(chooser.value);
    }
  };
  chooser.addEventListener("change", show);
  show();
});

// A wide table on a phone is read as cards (console.css); a cell then needs its column's name, and no place if it is empty.
document.addEventListener("DOMContentLoaded", () => {
  for (const table of document.querySelectorAll(".xt-scroll > table:has(thead)")) {
    const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    table.classList.add(names.length > 3 ? "xt-stack" : "xt-fit");
    for (const row of table.tBodies[0]?.rows ?? []) {
      [...row.cells].forEach((cell, n) => {
        cell.dataset.label = names[n] ?? "";
        cell.classList.toggle("xt-gone", n > 0 && ["", "—"].includes(cell.textContent.trim()) && !cell.querySelector("img, input"));
      });
    }
  }
});
