// A passkey that cannot be used is told in words on the page, not only in the console.
"use strict";
document.addEventListener("allauth.error", (event) => {
  const words = document.getElementById("passkey-trouble");
  if (!words) return;
  event.preventDefault();
  words.hidden = false;
  words.scrollIntoView({ block: "nearest" });
});
