// Signing in and settings: show a typed password, copy a link.
document.addEventListener("click", (event) => {
  const eye = event.target.closest("[data-show-password]");
  if (eye) {
    const input = eye.parentElement.querySelector("input");
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    eye.setAttribute("aria-pressed", String(!shown));
    input.focus();
    return;
  }
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const source = document.getElementById(copy.dataset.copy);
    source.select();
    navigator.clipboard.writeText(source.value).then(() => {
      copy.querySelector("span").textContent = copy.dataset.done;
    }, () => {});
  }
});
// Without the script the buttons would do nothing, so the page comes with them hidden.
document.querySelectorAll("[data-show-password], [data-copy]").forEach((button) => {
  button.hidden = false;
});
