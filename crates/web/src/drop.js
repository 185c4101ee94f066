// Lets files be dropped on the places of the form that take one. Without it the form works all the same.
"use strict";
for (const place of document.querySelectorAll("[data-drop]")) {
  const input = place.querySelector("input[type=file]");
  const told = place.querySelector("[data-told]");
  const tell = () => {
    const file = input.files[0];
    const size = file ? `${Math.max(1, Math.round(file.size / 1024))} KB` : "";
    told.textContent = file ? `已选“${file.name}”（${size}）。` : place.dataset.drop;
  };
  const over = (is) => (event) => {
    event.preventDefault();
    place.classList.toggle("over", is);
  };
  place.addEventListener("dragover", over(true));
  place.addEventListener("dragleave", over(false));
  place.addEventListener("drop", (event) => {
    over(false)(event);
    const [file] = event.dataTransfer.files;
    if (!file) return;
    const one = new DataTransfer();
    one.items.add(file);
    input.files = one.files;
    tell();
  });
  input.addEventListener("change", tell);
  tell();
}
